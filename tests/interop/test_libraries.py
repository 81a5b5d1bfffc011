"""Real client libraries sign in, refresh, revoke and sign out at a running provider, unchanged (spec B)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from .apache import MODULE, running_apache
from .person import Page, Person
from .provider import ROOT, Provider
from .site import Site, node_site, python_site, running_site, site_environment

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


class Walk:
    """One person at one site, from sign-in to the way out."""

    def __init__(self, provider: Provider, person: Person, site: Site) -> None:
        self.provider, self.person, self.site = provider, person, site

    def sign_in(self) -> None:
        """Sign in and check what the library has learnt."""
        told = json.loads(self.person.go_through(self.site.url("/login")).text)
        self.check(told)

    def check(self, told: dict[str, Any]) -> None:
        """Check an ID token's claims and userinfo."""
        claims, userinfo = told["claims"], told["userinfo"]
        assert claims["iss"] == self.provider.issuer
        assert claims["sub"] == userinfo["sub"] == self.person.sub
        assert claims["aud"] in (self.site.name, [self.site.name])
        assert claims["acr"] == "L1"
        assert userinfo["email"] == self.person.email
        assert userinfo["name"] == "Анна Орлова"

    def sign_out(self) -> Page:
        """Sign out at the site, which leads over the provider and back, and find oneself signed out."""
        goodbye = self.person.open(self.site.url("/logout"))
        assert goodbye.url.startswith(self.site.url("/signed-out")), goodbye.text
        self.find_signed_out()
        return goodbye

    def find_signed_out(self) -> None:
        """Open the account: the provider asks to sign in again."""
        assert self.person.open(f"{self.provider.issuer}/account").form("signin-form")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("authlib-session", python_site("authlib_session")),
        ("pyoidc", python_site("pyoidc")),
    ],
)
def test_library_in_python(
    name: str,
    command: Sequence[str],
    provider: Provider,
    anna: Person,
    sites: dict[str, Site],
    tmp_path: Path,
) -> None:
    walk = Walk(provider, anna, sites[name])
    with running_site(provider, walk.site, command, log=tmp_path / "log"):
        walk.sign_in()
        walk.sign_out()


@pytest.mark.usefixtures("_node_packages")
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("oauth4webapi", node_site("oauth4webapi")),
        ("oidc-client-ts", node_site("oidc_client_ts")),
    ],
)
def test_library_in_javascript(
    name: str,
    command: Sequence[str],
    provider: Provider,
    anna: Person,
    sites: dict[str, Site],
    tmp_path: Path,
) -> None:
    walk = Walk(provider, anna, sites[name])
    with running_site(provider, walk.site, command, log=tmp_path / "log"):
        walk.sign_in()
        walk.sign_out()


def test_flask_with_authlib(provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path) -> None:
    """The site of examples/relying_party, by its own pages."""
    site = sites["authlib-flask"]
    command = ["flask", "--app", "examples.relying_party.app", "run", "--port", str(site.port)]
    settings = {f"KNIGA_{name}": value for name, value in site_environment(provider, site).items()}
    with running_site(provider, site, command, log=tmp_path / "log", **settings, KNIGA_SECRET_KEY="x" * 40):
        page = anna.go_through(site.url("/login"))
        assert page.url == site.url("/")
        assert all(text in page.text for text in ("Анна Орлова", anna.email, anna.sub, "L1"))
        goodbye = anna.press(page, "logout-form")
        assert "Вы вышли и здесь" in goodbye.text
        Walk(provider, anna, site).find_signed_out()


@pytest.mark.usefixtures("_node_packages")
def test_openid_client(provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path) -> None:
    """The site of examples/node_relying_party, by its own pages."""
    site = sites["openid-client"]
    command = ["node", str(ROOT / "examples" / "node_relying_party" / "server.js")]
    with running_site(provider, site, command, log=tmp_path / "log"):
        page = anna.go_through(site.url("/login"))
        assert page.url == site.url("/")
        assert all(text in page.text for text in ("Анна Орлова", anna.email, anna.sub, "L1"))
        goodbye = anna.press(page, "logout-form")
        assert "href=/login" in goodbye.text
        Walk(provider, anna, site).find_signed_out()


def test_mozilla_django_oidc(
    provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path
) -> None:
    site = sites["django"]
    command, database = python_site("django_site"), tmp_path / "django.sqlite"
    with running_site(
        provider,
        site,
        command,
        log=tmp_path / "log",
        DATABASE=str(database),
        DJANGO_SETTINGS_MODULE="tests.interop.sites.django_settings",
    ):
        told = json.loads(anna.go_through(site.url("/oidc/authenticate/")).text)
        assert told["email"] == anna.email
        renewed = json.loads(anna.open(site.url("/refresh")).text)
        assert renewed["email"] == anna.email
        assert renewed["id_token"] != told["id_token"]
        goodbye = anna.open(site.url("/oidc/logout/"))
        assert goodbye.url == site.url("/signed-out")
        Walk(provider, anna, site).find_signed_out()
        assert json.loads(anna.open(site.url("/")).text)["email"] is None


@pytest.mark.skipif(not MODULE.exists(), reason="libapache2-mod-auth-openidc is not installed")
def test_mod_auth_openidc(provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path) -> None:
    site = sites["apache"]
    with running_apache(provider, site, tmp_path / "log"):
        assert "private" in anna.go_through(site.url("/private/")).text
        told = json.loads(anna.open(site.url("/oidc?info=json")).text)
        Walk(provider, anna, site).check({"claims": told["id_token"], "userinfo": told["userinfo"]})
        goodbye = anna.open(site.url("/oidc?logout=" + site.url("/signed-out")))
        assert "signed out" in goodbye.text
        Walk(provider, anna, site).find_signed_out()
