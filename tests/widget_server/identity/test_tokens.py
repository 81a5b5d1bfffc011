"""Access tokens at our API: only the provider's own, for us, about a person (RFC 9068 §4)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from idp.kernel.crypto import jose
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.web.floor import current_floor
from widget_server.identity import (
    Person,
    ProviderAway,
    TokenMissing,
    TokenNotAccepted,
    bearer_person,
    userinfo,
)

Ask = Callable[[str | None], Person]


@pytest.fixture
def ask(widget_app: Flask, frozen: FrozenClock) -> Ask:
    """Ask for the person of a request with this Authorization header."""

    def go(authorization: str | None) -> Person:
        headers = {"Authorization": authorization} if authorization is not None else {}
        with widget_app.test_request_context("/api/v1/x", headers=headers):
            return bearer_person()

    return go


def test_good_token_gives_the_person(ask: Ask, provider: Any) -> None:
    person = ask(f"Bearer {provider.access_token()}")
    assert person == Person("p-1", "L1", "widget", frozenset({"openid", "email"}))
    assert person.level == 1


def test_scheme_is_read_in_any_case(ask: Ask, provider: Any) -> None:
    assert ask(f"bearer {provider.access_token()}").sub == "p-1"


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic abc", "token"])
def test_missing_token_asks_for_one(ask: Ask, provider: Any, authorization: str | None) -> None:
    with pytest.raises(TokenMissing):
        ask(authorization)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil"}, {"aud": "https://other"}, {"aud": []}, {"exp": 1}, {"exp": None},
        {"exp": "x"},
        {"sub": None}, {"sub": ["p-1"]}, {"sub": ""}, {"sub": "p" * 300}, {"client_id": None}, {"jti": None},
        {"iat": None}, {"iat": 2**35}, {"sub": "machine", "client_id": "machine"}, {"typ": "JWT"},
    ],
)  # fmt: skip
def test_c3_2_token_for_another_purpose_is_refused(ask: Ask, provider: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(TokenNotAccepted):
        ask(f"Bearer {provider.access_token(**changes)}")


def test_c3_1_token_of_a_foreign_key_is_refused(ask: Ask, provider: Any) -> None:
    foreign = jose.generate_key("ES256", "k1")
    with pytest.raises(TokenNotAccepted):
        ask(f"Bearer {provider.access_token(key=foreign)}")


def test_refusals_say_how_to_authenticate(widget_app: Flask, provider: Any, frozen: FrozenClock) -> None:
    app = Flask("probe")
    app.extensions.update(widget_app.extensions)
    app.add_url_rule("/x", "x", lambda: bearer_person().sub)
    app.register_error_handler(TokenMissing, lambda _: ("", 401))
    app.register_error_handler(TokenNotAccepted, lambda _: ("", 401))
    client = app.test_client()
    assert client.get("/x").headers["WWW-Authenticate"] == 'Bearer realm="igrajdanin"'
    refused = client.get("/x", headers={"Authorization": "Bearer a.b.c"})
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="igrajdanin", error="invalid_token"'


def test_c3_3_token_in_the_query_is_not_read(widget_app: Flask, provider: Any, frozen: FrozenClock) -> None:
    with (
        widget_app.test_request_context(f"/x?access_token={provider.access_token()}"),
        pytest.raises(TokenMissing),
    ):
        bearer_person()


def test_keys_are_kept_for_a_short_life(ask: Ask, provider: Any, frozen: FrozenClock) -> None:
    for _ in range(3):
        ask(f"Bearer {provider.access_token()}")
    assert provider.calls.count("/jwks") == 1
    frozen.tick(seconds=301)
    ask(f"Bearer {provider.access_token()}")
    assert provider.calls.count("/jwks") == 2


def test_new_key_is_fetched_when_met(ask: Ask, provider: Any, frozen: FrozenClock) -> None:
    ask(f"Bearer {provider.access_token()}")
    provider.keys = [jose.generate_key("ES256", "k2"), *provider.keys]
    frozen.tick(seconds=11)
    assert ask(f"Bearer {provider.access_token()}").sub == "p-1"


def test_forged_key_names_do_not_hammer_the_provider(ask: Ask, provider: Any, frozen: FrozenClock) -> None:
    ask(f"Bearer {provider.access_token()}")
    for number in range(20):
        forged = provider.access_token(key=jose.generate_key("ES256", f"forged-{number}"))
        frozen.tick(seconds=1)
        with pytest.raises(TokenNotAccepted):
            ask(f"Bearer {forged}")
    assert provider.calls.count("/jwks") <= 3


def test_short_absence_of_the_provider_goes_unnoticed(ask: Ask, provider: Any, frozen: FrozenClock) -> None:
    ask(f"Bearer {provider.access_token()}")
    provider.away = True
    frozen.tick(seconds=400)
    assert ask(f"Bearer {provider.access_token()}").sub == "p-1"
    frozen.tick(seconds=600)
    with pytest.raises(ProviderAway):
        ask(f"Bearer {provider.access_token()}")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil"}, {"issuer": None}, {"jwks_uri": "https://evil/jwks"}, {"jwks_uri": None},
        {"token_endpoint": "https://id.igrajdanin.test.evil/token"},
    ],
)  # fmt: skip
def test_discovery_of_another_issuer_is_refused(ask: Ask, provider: Any, changes: dict[str, Any]) -> None:
    token = provider.access_token()
    provider.document.update(changes)
    with pytest.raises(ProviderAway):
        ask(f"Bearer {token}")


def test_userinfo_gives_the_claims(widget_app: Flask, provider: Any, frozen: FrozenClock) -> None:
    claims = userinfo(current_floor(), provider.access_token())
    assert (claims.sub, claims.email, claims.email_verified) == ("p-1", "anna@example.org", True)
    assert claims.name == "Анна"


@pytest.mark.parametrize("verified", [None, "true", 1, False])
def test_only_a_plain_true_verifies_the_address(
    widget_app: Flask, provider: Any, frozen: FrozenClock, verified: object
) -> None:
    provider.person["email_verified"] = verified
    assert userinfo(current_floor(), provider.access_token()).email_verified is False


def test_userinfo_about_another_person_is_not_used(
    widget_app: Flask, provider: Any, frozen: FrozenClock
) -> None:
    provider.person["sub"] = "p-2"
    with pytest.raises(ProviderAway):
        userinfo(current_floor(), provider.access_token())
