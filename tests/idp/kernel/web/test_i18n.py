"""The language of an answer, Russian plurals, days and moments as people say them."""

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.web.i18n import (
    current_language,
    day,
    gettext,
    in_language,
    lazy_gettext,
    moment,
    ngettext,
    register_i18n,
    set_language,
)
from tests.idp.kernel.web.conftest import HOME

PO = """msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "%(num)s pit"
msgid_plural "%(num)s pits"
msgstr[0] "%(num)s яма"
msgstr[1] "%(num)s ямы"
msgstr[2] "%(num)s ям"
"""  # noqa: E501 - the header is one line by the format


def language_of(browser: FlaskClient, path: str = "/nowhere", **headers: str) -> str:
    text = browser.get(path, headers=headers).get_data(as_text=True)
    return text.partition('lang="')[2][:2]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("ru", "ru"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("de, en;q=0.5, ru;q=0.9", "ru"),
     ("fr", "ru"), ("*", "ru"), ("", "ru"), ("EN-us", "en"), ("en;q=0", "ru"), ("x" * 50, "ru"),
     ("ru-RU;q=zero,en;q=0.1", "en")],
)  # fmt: skip
def test_browser_chooses_the_language(browser: FlaskClient, accepted: str, language: str) -> None:
    assert language_of(browser, **{"Accept-Language": accepted}) == language


@pytest.mark.parametrize(("asked", "language"), [("ru", "ru"), ("en", "en"), ("de", "en"), ("../en", "en")])
def test_address_outweighs_the_browser(browser: FlaskClient, asked: str, language: str) -> None:
    assert language_of(browser, f"/nowhere?lang={asked}", **{"Accept-Language": "en"}) == language


def test_endless_language_list_costs_nothing(browser: FlaskClient) -> None:
    began = time.perf_counter()
    language_of(browser, **{"Accept-Language": "en;q=0." + "1" * 50_000 + ",ru-" * 12_000})
    assert time.perf_counter() - began < 1


def test_list_longer_than_any_browsers_is_not_read(browser: FlaskClient) -> None:
    assert language_of(browser, **{"Accept-Language": "en," + "ru;q=0.1," * 200}) == "ru"


def test_language_set_late_counts_from_then(browser: FlaskClient) -> None:
    assert browser.get("/api/v1/late-language").get_json() == {"first": "Войдите", "second": "Please sign in"}


def test_unknown_language_set_is_russian(stage: Flask) -> None:
    with stage.test_request_context("/", base_url=HOME):
        set_language("xx")
        assert current_language() == "ru"


def test_address_outweighs_the_set_language(stage: Flask) -> None:
    with stage.test_request_context("/?lang=en", base_url=HOME):
        set_language("ru")
        assert current_language() == "en"


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "Войдите"), ("en", "Please sign in"), ("xx", "Войдите")]
)
def test_letter_speaks_its_readers_language(stage: Flask, language: str, words: str) -> None:
    with stage.app_context(), in_language(language):
        assert gettext("Please sign in") == words


def test_lazy_text_waits_for_its_reader(stage: Flask) -> None:
    text = lazy_gettext("Please sign in")
    with stage.test_request_context("/?lang=en", base_url=HOME):
        assert str(text) == "Please sign in"
    with stage.test_request_context("/?lang=ru", base_url=HOME):
        assert str(text) == "Войдите"


@pytest.fixture
def counting(tmp_path: Path) -> Flask:
    """An app whose only text counts."""
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, read_po(iter(PO.encode().splitlines(keepends=True))))
    app = Flask("counting")
    register_i18n(app, [str(tmp_path)])
    return app


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 ям"), (1, "1 яма"), (2, "2 ямы"), (4, "4 ямы"), (5, "5 ям"), (11, "11 ям"), (12, "12 ям"),
     (21, "21 яма"), (22, "22 ямы"), (25, "25 ям"), (101, "101 яма"), (111, "111 ям"), (112, "112 ям"),
     (1_001, "1001 яма")],
)  # fmt: skip
def test_russian_counts_in_three_forms(counting: Flask, count: int, words: str) -> None:
    with counting.test_request_context("/"):
        assert ngettext("%(num)s pit", "%(num)s pits", count) == words


@pytest.mark.parametrize(("count", "words"), [(1, "1 pit"), (2, "2 pits"), (0, "0 pits"), (21, "21 pits")])
def test_english_counts_in_two_forms(counting: Flask, count: int, words: str) -> None:
    with counting.test_request_context("/?lang=en"):
        assert ngettext("%(num)s pit", "%(num)s pits", count) == words


LATE = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (date(2026, 12, 5), "ru", "5 декабря"),
        (date(2026, 5, 1), "ru", "1 мая"),
        (date(2025, 12, 5), "ru", "5 декабря 2025 г."),
        (LATE, "ru", "10 июня"),
        (datetime(2026, 12, 31, 22, tzinfo=UTC), "ru", "1 января 2027 г."),
        (date(2026, 12, 5), "en", "5 December"),
        (date(2025, 12, 5), "en", "5 December 2025"),
    ],
)
def test_day_is_said_in_moscow(
    stage: Flask, frozen: FrozenClock, value: Any, language: str, words: str
) -> None:
    with stage.test_request_context(f"/?lang={language}", base_url=HOME):
        assert day(value) == words


def test_year_turns_in_the_place_s_zone(stage: Flask) -> None:
    with (
        clock.frozen(datetime(2026, 12, 31, 22, tzinfo=UTC)),
        stage.test_request_context("/", base_url=HOME),
    ):
        assert (day(date(2027, 1, 2)), day(date(2026, 12, 30))) == ("2 января", "30 декабря 2026 г.")


def test_moment_is_day_and_time(stage: Flask, frozen: FrozenClock) -> None:
    with stage.test_request_context("/", base_url=HOME):
        assert moment(LATE) == "10 июня, 01:30"


def test_chosen_language_is_remembered_where_cookies_are(idp: FlaskClient) -> None:
    idp.get("/signin?lang=en")
    assert 'lang="en"' in idp.get("/signin", headers={"Accept-Language": "ru"}).get_data(as_text=True)


def test_frame_remembers_no_language(widget: FlaskClient) -> None:
    answer = widget.get("/w/unknown?lang=en")
    assert "Set-Cookie" not in answer.headers


def test_language_link_keeps_the_query(idp: FlaskClient) -> None:
    page = idp.get("/signin?login_hint=a%26b&lang=ru").get_data(as_text=True)
    assert 'href="/signin?login_hint=a%26b&amp;lang=en"' in page


def test_language_link_keeps_the_page(browser: FlaskClient) -> None:
    assert "/page/gone?q=1&amp;lang=en" in browser.get("/page/gone?q=1").text


@pytest.mark.parametrize("query", ["code=one-time&state=one-time", "error=one-time", "code=one-time"])
def test_one_time_code_is_not_repeated(browser: FlaskClient, query: str) -> None:
    assert "one-time" not in browser.get(f"/page/gone?{query}").text
