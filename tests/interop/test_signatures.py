"""What clients cannot prove for us: that signatures hold (spec B10), that sites share no cookies (B11)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt as pyjwt
import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2.id_token import verify_token
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from .person import Person
from .provider import Provider
from .site import Site, python_site, running_site

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
def id_token(provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path) -> str:
    """An ID token as a library got it."""
    site = sites["authlib-session"]
    with running_site(provider, site, python_site("authlib_session"), log=tmp_path / "log"):
        told = json.loads(anna.go_through(site.url("/login")).text)
    return str(told["tokens"]["id_token"])


@pytest.fixture
def server(provider: Provider) -> dict[str, Any]:
    """What discovery says, with the keys."""
    with httpx.Client(verify=provider.trusted, trust_env=False) as client:
        told: dict[str, Any] = client.get(f"{provider.issuer}/.well-known/openid-configuration").json()
        return {**told, "jwks": client.get(told["jwks_uri"]).json()}


def test_b10_signature_holds_for_joserfc(id_token: str, server: dict[str, Any], anna: Person) -> None:
    keys = KeySet.import_key_set(server["jwks"])
    token = jwt.decode(id_token, keys, algorithms=["RS256"])
    assert token.claims["sub"] == anna.sub
    assert token.header["alg"] in server["id_token_signing_alg_values_supported"]
    with pytest.raises(BadSignatureError):
        jwt.decode(tampered(id_token), keys, algorithms=["RS256"])


def test_b10_signature_holds_for_google_auth(
    id_token: str, server: dict[str, Any], provider: Provider, anna: Person
) -> None:
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(provider.authority)
        asked: dict[str, Any] = {"audience": "authlib-session", "certs_url": server["jwks_uri"]}
        assert verify_token(id_token, Request(session), **asked)["sub"] == anna.sub
        with pytest.raises(pyjwt.InvalidSignatureError):
            verify_token(tampered(id_token), Request(session), **asked)


def test_b10_nothing_is_ever_unsigned(server: dict[str, Any]) -> None:
    offered = {name: value for name, value in server.items() if "_alg_values_supported" in name}
    assert offered
    assert not any("none" in algorithms for algorithms in offered.values())


def test_b11_no_two_sites_share_a_host(provider: Provider, sites: dict[str, Site]) -> None:
    """Cookies ignore ports: on one host name a site would see, or overwrite, the provider's cookies."""
    hosts = [urlsplit(provider.issuer).hostname, *(site.host for site in sites.values())]
    assert len(set(hosts)) == len(hosts)


def tampered(token: str) -> str:
    """Give a token of the same shape whose claims are somebody else's."""
    header, claims, signature = token.split(".")
    return ".".join([header, claims[:-4] + ("AAAA" if claims[-4:] != "AAAA" else "BBBB"), signature])
