"""Which addresses a client may register (spec C1.40 to C1.42)."""

import pytest

from idp.clients.rules import form_action_source, is_acceptable_origin, is_acceptable_redirect, shown_host

GOOD = [
    "https://rp.example/cb", "https://rp.example/cb?a=b", "http://localhost:8000/cb", "http://127.0.0.1/cb",
    "http://dobro.localhost:8000/cb", "http://[::1]:9/cb", "ru.igrajdanin.app:/cb",
]  # fmt: skip
BAD = [
    "https://rp.example/cb#x", "https://rp.example/*", "https://a@rp.example/cb", "http://rp.example/cb",
    "javascript:alert(1)", "data:text/html,x", "vbscript:x", "app:/cb", "https://rp.example/c b",
    "https://rp.example/\r\n", "", "//rp.example/cb", "HTTPS://rp.example/cb", "https://rp.example:x/cb",
    "https://rp.примерrf/cb", "http://localhost.evil.test/cb", "https:///cb", "https://rp.example/\\cb",
]  # fmt: skip


@pytest.mark.parametrize("uri", GOOD)
def test_good_redirect_is_taken(uri: str) -> None:
    assert is_acceptable_redirect(uri)


@pytest.mark.parametrize("uri", BAD, ids=ascii)
def test_c1_42_bad_redirect_is_refused(uri: str) -> None:
    assert not is_acceptable_redirect(uri)


def test_origin_is_exact() -> None:
    assert is_acceptable_origin("https://rp.example")
    for wrong in ("https://rp.example/", "null", "*", "https://*.example", "rp.example"):
        assert not is_acceptable_origin(wrong)


def test_form_may_lead_to_the_origin_or_scheme() -> None:
    assert form_action_source("https://rp.example:8/cb?x=1") == "https://rp.example:8"
    assert form_action_source("ru.igrajdanin.app:/cb") == "ru.igrajdanin.app:"
    assert shown_host("https://rp.example:8/cb") == "rp.example"
