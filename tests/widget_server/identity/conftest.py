"""The window's identity with a stand-in provider: its answers, without a server or a socket."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.crypto import jose
from idp.kernel.ground import clock
from idp.kernel.outside.http import Answer, FetchFailed
from idp.kernel.web.assets import Asset, Assets
from idp.kernel.work.floor import Floor
from idp.kernel.work.worker import Worker
from widget_server.identity.provider import Provider

ISSUER = "https://id.igrajdanin.test"
AUDIENCE = "https://widget.igrajdanin.test"
ENDPOINTS = ("authorization", "token", "userinfo", "end_session")
CODE = "the-code"


class StandInProvider:
    """Speaks as the guarded client would when the provider answers; each part can be bent by a test."""

    def __init__(self) -> None:
        self.keys = [jose.generate_key("ES256", "k1")]
        self.away = False
        self.calls: list[str] = []
        self.forms: list[tuple[dict[str, str], tuple[str, str] | None]] = []
        self.document: dict[str, Any] = {
            "issuer": ISSUER,
            "jwks_uri": f"{ISSUER}/jwks",
            "authorization_response_iss_parameter_supported": True,
            **{f"{name}_endpoint": f"{ISSUER}/{name}" for name in ENDPOINTS},
        }
        self.person = {"sub": "p-1", "email": "anna@example.org", "email_verified": True, "name": "Анна"}
        self.id_claims: dict[str, Any] = {}
        self.token_status = 200
        self.request: dict[str, str] = {}

    def get_json(self, url: str, *, bearer: str | None = None) -> dict[str, Any]:
        path = urlsplit(url).path
        self.calls.append(path)
        if self.away:
            raise FetchFailed("away")
        if path == "/userinfo":
            return dict(self.person)
        if path == "/jwks":
            return {"keys": [jose.export_public(key) for key in self.keys]}
        return self.document

    def post_form(
        self, url: str, data: dict[str, str], *, accept: str, basic: tuple[str, str] | None = None
    ) -> Answer:
        self.calls.append(urlsplit(url).path)
        self.forms.append((data, basic))
        if self.away:
            raise FetchFailed("away")
        challenge = urlsafe_b64encode(sha256(data["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        is_right = data["code"] == CODE and challenge == self.request.get("code_challenge")
        if self.token_status != 200 or not is_right:
            status = 400 if self.token_status == 200 else self.token_status
            return Answer(status, {}, json.dumps({"error": "invalid_grant"}).encode())
        body = {"access_token": self.access_token(), "id_token": self.id_token(), "token_type": "Bearer"}
        return Answer(200, {}, json.dumps(body).encode())

    def access_token(self, *, typ: str = "at+jwt", key: jose.SigningKey | None = None, **changes: Any) -> str:
        at = int(clock.now().timestamp())
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": "p-1", "client_id": "widget", "jti": "j", "acr": "L1",
            "scope": "openid email", "iat": at, "exp": at + 300, **changes,
        }  # fmt: skip
        return self._signed(claims, typ=typ, key=key)

    def id_token(self) -> str:
        at = int(clock.now().timestamp())
        claims = {
            "iss": ISSUER, "aud": "console", "sub": "p-1", "acr": "L1", "iat": at, "exp": at + 300,
            "nonce": self.request.get("nonce"), **self.id_claims,
        }  # fmt: skip
        return self._signed(claims, typ="JWT")

    def _signed(self, claims: dict[str, Any], *, typ: str, key: jose.SigningKey | None = None) -> str:
        present = {name: value for name, value in claims.items() if value is not None}
        return jose.sign(present, key or self.keys[0], "ES256", typ=typ)


@pytest.fixture
def provider(widget_app: Flask) -> Iterator[StandInProvider]:
    """The provider as the window reaches it."""
    stand_in = StandInProvider()
    floor = cast(Floor, widget_app.extensions["floor"])
    bent = replace(floor, http=cast(Any, stand_in))
    widget_app.extensions["floor"] = bent
    cast(Worker, widget_app.extensions["worker"])._floor = bent
    widget_app.extensions["identity"] = Provider()
    yield stand_in
    widget_app.extensions["floor"] = floor


@pytest.fixture(autouse=True)
def _assets(widget_app: Flask) -> Iterator[None]:
    """Pages name built files; what they hold is no matter here."""
    original = widget_app.extensions["assets"]
    names = ("pages.css", "popup.js")
    known = {name: Asset(name, "sha384-x", "text/plain") for name in names}
    widget_app.extensions["assets"] = Assets(original.folder, {**known, **original.by_name})
    yield
    widget_app.extensions["assets"] = original


@pytest.fixture
def begin(widget: FlaskClient, provider: StandInProvider) -> Callable[..., dict[str, str]]:
    """Begin a sign-in and give the parameters that reached the provider."""

    def go(**query: str) -> dict[str, str]:
        answer = widget.get("/signin", query_string=query)
        assert answer.status_code == 303
        sent = parse_qs(urlsplit(answer.location).query)
        provider.request = {name: values[0] for name, values in sent.items()}
        return provider.request

    return go


@pytest.fixture
def sign_in(widget: FlaskClient, begin: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Sign in to the end and give the callback's answer."""

    def go(**query: str) -> Any:
        sent = begin(**query)
        return widget.get(
            "/signin/callback", query_string={"code": CODE, "state": sent["state"], "iss": ISSUER}
        )

    return go
