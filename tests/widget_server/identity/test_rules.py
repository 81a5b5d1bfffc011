"""Pure rules of identity: the way back stays here, levels, limits of a session."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.identity import rules

AT = datetime(2026, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        "//evil", "/\\evil", "https:evil", "https://evil", "/%09/evil", "/\t/evil", "javascript:alert(1)",
        "@evil", "/%0d%0aSet-Cookie:x", "/\r\nx", "", "evil", "\\\\evil", "/%2fevil", "/%5cevil", "///evil",
        " /evil", "/ /evil", "/" + "a" * 600, "/\x00",
    ],
)  # fmt: skip
def test_c6_17_open_redirect_leads_home(path: str) -> None:
    assert rules.local_path(path) == rules.HOME


@pytest.mark.parametrize("path", ["/", "/my", "/console?state=new&cursor=abc", "/console/K7Q2", "/a#b"])
def test_own_paths_are_kept(path: str) -> None:
    assert rules.local_path(path) == path


@given(st.text(alphabet="/\\:@.%\t\n aehtps?#0259fcd", max_size=30))
def test_c6_17_no_text_leads_to_another_host(text: str) -> None:
    chosen = rules.local_path(text)
    as_browsers_read = "".join(c for c in chosen if c not in "\t\r\n").replace("\\", "/")
    assert as_browsers_read.startswith("/")
    assert not as_browsers_read.startswith("//")
    assert not urlsplit(as_browsers_read).netloc


@pytest.mark.parametrize(
    ("acr", "level"), [("L0", 0), ("L3", 3), ("urn:igrajdanin:acr:L2", 2), ("", 0), ("L9", 0), ("gold", 0)]
)
def test_unknown_level_counts_as_guest(acr: str, level: int) -> None:
    assert rules.level_of(acr) == level


def test_challenge_matches_rfc_7636_appendix_b() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert rules.code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_session_ends_when_idle_or_old() -> None:
    ends_at = AT + rules.ABSOLUTE_LIFE
    assert rules.is_session_alive(seen_at=AT, ends_at=ends_at, now=AT + timedelta(hours=11))
    assert not rules.is_session_alive(seen_at=AT, ends_at=ends_at, now=AT + rules.IDLE_LIFE)
    assert not rules.is_session_alive(seen_at=ends_at, ends_at=ends_at, now=ends_at)


def test_query_is_added_to_a_query() -> None:
    assert rules.with_query("https://id/a?x=1", b="ы&") == "https://id/a?x=1&b=%D1%8B%26"
