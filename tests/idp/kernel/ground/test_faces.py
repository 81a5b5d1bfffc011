"""A face names what it has, imports it on first use, and knows nothing else."""

import subprocess
import sys

import pytest

from idp.kernel.ground.faces import later


def test_named_thing_is_found_in_its_module() -> None:
    find = later("idp.kernel.ground", ids=("new_id",), text=("clean_line",))
    from idp.kernel.ground.text import clean_line

    assert find("clean_line") is clean_line


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"idp\.kernel\.ground has no nothing"):
        later("idp.kernel.ground", ids=("new_id",))("nothing")


@pytest.mark.parametrize("slice_name", ["media", "notifications", "partners", "privacy"])
def test_face_loads_neither_flask_nor_database(slice_name: str) -> None:
    code = (
        f"import sys, widget_server.{slice_name}; "
        "print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("slice_name", ["media", "notifications", "partners", "privacy"])
def test_face_gives_all_it_promises(slice_name: str) -> None:
    code = f"from widget_server.{slice_name} import *"
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
