"""A signed-in person finds the reports made with that account, and no others."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Enter = Callable[..., FlaskClient]
File = Callable[..., str]


def test_own_reports_are_listed(enter: Enter, file_report: File) -> None:
    mine, other, guest = file_report(sub="p-anna"), file_report(sub="p-oleg"), file_report(sub="", level=0)
    text = enter("p-anna").get("/my").text
    assert f"/p/{mine}" in text
    assert other not in text
    assert guest not in text


def test_empty_list_says_what_it_holds(enter: Enter) -> None:
    answer = enter("p-new").get("/my")
    assert answer.status_code == 200
    assert "<table" not in answer.text


def test_nobody_signed_in_is_led_to_sign_in(widget: FlaskClient) -> None:
    assert widget.get("/my").location == "/signin?next=/my"


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "%00"])
def test_forged_cursor_is_refused(enter: Enter, cursor: str) -> None:
    assert enter("p-anna").get(f"/my?cursor={cursor}").status_code == 400


def test_long_lists_have_pages(enter: Enter, file_report: File) -> None:
    numbers = [file_report() for _ in range(21)]
    first: Any = enter("p-anna").get("/my").text
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert numbers[0] not in first
    assert numbers[0] in enter("p-anna").get(link).text
