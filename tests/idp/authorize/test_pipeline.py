"""The pipeline as a whole: its table, its steps, and what it costs."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from idp.authorize import steps
from idp.authorize.interaction import CHECKS
from idp.authorize.pipeline import TABLE, steps_of
from idp.kernel.storage.unit import Unit
from tests.idp.cast import Site, Volunteer


def _files() -> list[Path]:
    return [f for f in Path(str(steps.__path__[0])).glob("*.py") if f.stem != "__init__"]


def test_every_step_file_stands_in_the_table() -> None:
    assert {step.__module__.rpartition(".")[2] for step, _ in TABLE} == {f.stem for f in _files()}


def test_every_step_names_its_section() -> None:
    for file in _files():
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert re.search(r"(RFC \d+|OpenID Connect|OAuth 2.0 Multiple).*", first), file.name


def test_every_check_says_when_it_asks() -> None:
    assert all(check.__doc__ for check in CHECKS)


def test_nothing_is_answered_before_the_address_is_checked() -> None:
    names = [step.__module__.rpartition(".")[2] for step in steps_of("get")]
    assert names.index("check_redirect_uri") < names.index("check_duplicates")
    assert names.index("check_redirect_uri") + 1 == names.index("check_response_mode")


def test_pushing_checks_what_asking_checks() -> None:
    only_asked = {step.__module__.rpartition(".")[2] for step in steps_of("get")} - {
        step.__module__.rpartition(".")[2] for step in steps_of("par")
    }
    assert only_asked == {"load_pushed_request", "check_pushed"}


def test_get_and_post_run_the_same_steps() -> None:
    assert steps_of("get") == steps_of("post")


def test_silent_sign_on_commits_twice(
    idp: FlaskClient, widget_site: Site, anna: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit at authorize, one at the token endpoint, none at userinfo."""
    widget_site.connect(idp, anna)
    kept: list[Unit] = []
    keep = Unit.keep
    monkeypatch.setattr(Unit, "keep", lambda unit: (kept.append(unit), keep(unit))[1])
    token = widget_site.connect(idp, anna, prompt="none")["access_token"]
    idp.get("/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert len(kept) == 2
