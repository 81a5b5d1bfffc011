"""Answers carry what they were given, exactly, and change nothing else of the address."""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from idp.authorize.answers import refusal, success
from idp.authorize.draft import RequestRefused
from idp.sessions import AuthorizationRequest

ISSUER = "https://id.igrajdanin.test"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(TEXT, st.sampled_from(["https://rp.example/cb", "https://rp.example/cb?a=b%20c"]))
def test_state_survives_the_way_back(state: str, uri: str) -> None:
    url = success(AuthorizationRequest("rp", uri, ("openid",), state=state), "c0de", issuer=ISSUER).url
    assert url.startswith(uri)
    assert url.isascii()
    assert dict(parse_qsl(urlsplit(url).query))["state"] == state


def test_absent_state_stays_absent() -> None:
    refused = RequestRefused("invalid_request", "no", "https://rp.example/cb", None)
    sent = dict(parse_qsl(urlsplit(refusal(refused, issuer=ISSUER).url).query))
    assert sent == {"error": "invalid_request", "error_description": "no", "iss": ISSUER}


@given(st.lists(TEXT, max_size=3), st.none() | st.integers(0, 10**10))
def test_parked_request_reads_back_as_it_was(prompt: list[str], max_age: int | None) -> None:
    uri = "https://rp.example/cb"
    asked = AuthorizationRequest("rp", uri, ("openid",), prompt=tuple(prompt), max_age=max_age)
    assert AuthorizationRequest.from_json(asked.to_json()) == asked
