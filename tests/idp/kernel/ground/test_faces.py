"""A face names what it has, imports it on first use, and knows nothing else."""

from importlib import import_module

import pytest

from idp.kernel.ground.faces import later


def test_named_thing_is_found_in_its_module() -> None:
    find = later("idp.kernel.ground", ids=("new_id",), text=("clean_line",))
    from idp.kernel.ground.text import clean_line

    assert find("clean_line") is clean_line


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"idp\.kernel\.ground has no nothing"):
        later("idp.kernel.ground", ids=("new_id",))("nothing")


SLICES = ["identity", "media", "notifications", "partners", "privacy", "problems", "routing", "territories"]


@pytest.mark.parametrize("slice_name", SLICES)
def test_face_gives_all_it_promises(slice_name: str) -> None:
    face = import_module(f"widget_server.{slice_name}")
    assert [name for name in face.__all__ if not hasattr(face, name)] == []
