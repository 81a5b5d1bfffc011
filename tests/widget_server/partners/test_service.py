"""A partner is saved with exact origins, changed as a whole, and switched."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Invalid, NotFound
from idp.kernel.work.floor import Floor
from widget_server.partners import Diagnosis, HostConfig, PartnerDraft, find_host, save_partner
from widget_server.partners.cli import partners
from widget_server.partners.service import switch_partner


def save(floor: Floor, key: str = "gorod", **changes: Any) -> None:
    plain = {
        "name_ru": "Город",
        "name_en": "City",
        "origins": ["https://gorod.test"],
        "lon": 38.7,
        "lat": 55.1,
    }
    with floor.db.writing() as session:
        save_partner(session, PartnerDraft(key, **{**plain, **changes}), now=clock.now())


def find(floor: Floor, key: str = "gorod", referer: str | None = None) -> Any:
    with floor.db.reading() as session:
        return find_host(session, key, referer=referer)


def test_saved_partner_is_found(floor: Floor) -> None:
    save(floor, zoom=14, language="en")
    found = find(floor, referer="https://gorod.test/page")
    assert (found.name("ru"), found.name("en"), found.zoom, found.language) == ("Город", "City", 14, "en")
    assert found.origins == ("https://gorod.test",)


def test_saving_again_replaces_the_origins(floor: Floor) -> None:
    save(floor)
    before = find(floor)
    save(floor, origins=["https://new.test", "https://new.test/"], name_ru="Новый")
    after = find(floor)
    assert (after.partner_id, after.origins) == (before.partner_id, ("https://new.test",))
    assert after.name_ru == "Новый"


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("https://gorod.test/", "https://gorod.test"),
        ("HTTPS://Gorod.test:443", "https://gorod.test"),
        ("https://город.рф", "https://xn--c1ac3aaj.xn--p1ai"),
    ],
)
def test_origin_is_kept_as_browsers_say_it(floor: Floor, entered: str, kept: str) -> None:
    save(floor, origins=[entered])
    assert find(floor).origins == (kept,)


@pytest.mark.parametrize(
    "origin",
    [
        "https://*.gorod.test",
        "*",
        "gorod.test",
        "https://gorod.test/page",
        "https://gorod.test?x",
        "https://gorod.test#x",
        "https://u@gorod.test",
        "javascript:alert(1)",
        "https://a.test; script-src *",
        "null",
        "https://gorod.test.",
    ],
)
def test_pattern_is_no_origin(floor: Floor, origin: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(floor, origins=["https://gorod.test", origin])
    assert [f.name for f in refused.value.fields] == ["origins"]


@pytest.mark.parametrize("key", ["", "Город", "a b", "x" * 41])
def test_bad_key_is_refused(floor: Floor, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(floor, key)
    assert [f.name for f in refused.value.fields] == ["key"]


@pytest.mark.parametrize("key", ["nobody", "", "GOROD", "gorod\0", "gorod'--", "g" * 500, "gorod "])
def test_unknown_key_finds_nobody(floor: Floor, key: str) -> None:
    save(floor)
    assert find(floor, key) is Diagnosis.UNKNOWN_KEY


def test_switched_off_partner_is_diagnosed(floor: Floor) -> None:
    save(floor)
    with floor.db.writing() as session:
        switch_partner(session, "gorod", is_enabled=False)
    assert find(floor) is Diagnosis.DISABLED


def test_saving_leaves_the_switch_alone(floor: Floor) -> None:
    save(floor)
    with floor.db.writing() as session:
        switch_partner(session, "gorod", is_enabled=False)
    save(floor, name_ru="Новый")
    assert find(floor) is Diagnosis.DISABLED


def test_switching_nobody_is_not_found(floor: Floor) -> None:
    with pytest.raises(NotFound), floor.db.writing() as session:
        switch_partner(session, "nobody", is_enabled=True)


def test_origins_of_partners_stay_apart(floor: Floor) -> None:
    save(floor)
    save(floor, "other", origins=["https://other.test"])
    assert find(floor, "other", "https://gorod.test/") is Diagnosis.WRONG_ORIGIN


@pytest.mark.parametrize(("language", "name"), [("ru", "Город"), ("en", "City"), ("de", "Город")])
def test_name_is_said_in_the_readers_language(floor: Floor, language: str, name: str) -> None:
    save(floor)
    assert find(floor).name(language) == name


def run(floor: Floor, *words: str) -> Result:
    return CliRunner().invoke(partners, words, obj=floor)


SAVE = (
    "save",
    "gorod",
    "--name-ru",
    "Город",
    "--name-en",
    "City",
    "--lon",
    "38.7",
    "--lat",
    "55.1",
    "--origin",
)


def test_operator_saves_and_switches(floor: Floor) -> None:
    assert run(floor, *SAVE, "https://gorod.test").exit_code == 0
    assert isinstance(find(floor), HostConfig)
    assert run(floor, "switch", "gorod", "off").exit_code == 0
    assert find(floor) is Diagnosis.DISABLED


def test_operator_is_told_what_is_wrong(floor: Floor) -> None:
    result = run(floor, *SAVE, "https://*.gorod.test")
    assert (result.exit_code, "such as https://example.org" in result.output) == (1, True)


def test_operator_is_told_of_an_unknown_key(floor: Floor) -> None:
    result = run(floor, "switch", "nobody", "on")
    assert (result.exit_code, result.output) == (1, "Error: No partner has the key nobody\n")
