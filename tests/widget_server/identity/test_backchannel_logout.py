"""The provider says that a session has ended (OpenID Connect Back-Channel Logout §2.6 to §2.8)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.crypto import jose
from idp.kernel.ground import clock
from widget_server.identity import TokenNotAccepted, bearer_person
from widget_server.identity.tokens import BACK_CHANNEL_EVENT

SID = "0190-a-session-of-the-provider"


def logout_token(provider: Any, **changes: Any) -> str:
    at = int(clock.now().timestamp())
    claims = {
        "iss": "https://id.igrajdanin.test", "aud": "console", "iat": at, "exp": at + 120, "jti": "j",
        "sub": "p-1", "sid": SID, "events": {BACK_CHANNEL_EVENT: {}}, **changes,
    }  # fmt: skip
    typ = str(claims.pop("typ", "logout+jwt"))
    return provider._signed(claims, typ=typ)


def tell(widget: FlaskClient, token: str) -> int:
    return widget.post("/signin/backchannel-logout", data={"logout_token": token}).status_code


def is_signed_in(widget: FlaskClient) -> bool:
    return widget.get("/my").status_code == 200


@pytest.fixture
def signed_in(provider: Any, sign_in: Callable[..., Any]) -> None:
    provider.id_claims = {"sid": SID}
    assert sign_in().status_code == 303


@pytest.mark.usefixtures("signed_in")
def test_ended_session_is_over_at_our_pages(widget: FlaskClient, provider: Any) -> None:
    assert is_signed_in(widget)
    assert tell(widget, logout_token(provider)) == 204
    assert not is_signed_in(widget)
    assert tell(widget, logout_token(provider)) == 204


@pytest.mark.usefixtures("signed_in")
def test_token_without_sid_ends_all_of_a_person(widget: FlaskClient, provider: Any) -> None:
    assert tell(widget, logout_token(provider, sid=None)) == 204
    assert not is_signed_in(widget)


@pytest.mark.usefixtures("signed_in")
def test_another_session_stays(widget: FlaskClient, provider: Any) -> None:
    assert tell(widget, logout_token(provider, sid="another")) == 204
    assert is_signed_in(widget)


def test_access_tokens_of_the_session_die_at_once(
    widget_app: Flask, widget: FlaskClient, provider: Any
) -> None:
    headers = {"Authorization": f"Bearer {provider.access_token(sid=SID)}"}
    with widget_app.test_request_context("/api/v1/x", headers=headers):
        assert bearer_person().sub == "p-1"
    assert tell(widget, logout_token(provider, aud="widget")) == 204
    with widget_app.test_request_context("/api/v1/x", headers=headers), pytest.raises(TokenNotAccepted):
        bearer_person()


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    "changes",
    [
        {"typ": "JWT"}, {"typ": "at+jwt"}, {"aud": "other"}, {"iss": "https://evil.test"}, {"exp": 1},
        {"nonce": "n"}, {"events": None}, {"events": {}}, {"events": "x"}, {"jti": None}, {"iat": None},
    ],
    ids=str,
)  # fmt: skip
def test_c3_2_other_token_ends_nothing(widget: FlaskClient, provider: Any, changes: dict[str, Any]) -> None:
    assert tell(widget, logout_token(provider, **changes)) == 400
    assert is_signed_in(widget)


@pytest.mark.usefixtures("signed_in")
def test_c3_1_forged_logout_token_ends_nothing(widget: FlaskClient, provider: Any) -> None:
    foreign = jose.generate_key("ES256", "k1")
    provider.keys, kept = [foreign], provider.keys
    token = logout_token(provider)
    provider.keys = kept
    assert tell(widget, token) == 400
    assert tell(widget, "not.a.token") == 400
    assert is_signed_in(widget)
