"""Real client libraries sign in, refresh, revoke and sign out at a running provider, unchanged (spec B)."""

import json
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from .apache import MODULE, running_apache
from .person import Page, Person
from .provider import ROOT, Provider
from .site import SITES, Site, node_site, python_site, running_site, site_environment

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


class Walk:
    """One person at one site, from sign-in to the way out."""

    def __init__(self, provider: Provider, person: Person, site: Site) -> None:
        self.provider, self.person, self.site = provider, person, site

    def go_the_whole_way(self) -> None:
        """Do whatever the library can."""
        told = self.sign_in()
        if "refresh" in self.site.acts:
            self.refresh(told)
        if "revoke" in self.site.acts:
            self.revoke()
        self.sign_out()

    def sign_in(self) -> dict[str, Any]:
        """Sign in and check what the library has learnt."""
        return self.learn(self.person.go_through(self.site.url("/login")))

    def refresh(self, before: dict[str, Any]) -> None:
        """Get new tokens without the person; a refresh token is used once."""
        after = self.learn(self.person.open(self.site.url("/refresh")))
        assert after["tokens"]["access_token"] != before["tokens"]["access_token"]
        assert after["tokens"]["refresh_token"] != before["tokens"]["refresh_token"]

    def revoke(self) -> None:
        """Give the tokens back: nothing is got for them any more."""
        assert json.loads(self.person.open(self.site.url("/revoke")).text) == {"status": 200}
        assert self.person.open(self.site.url("/refresh")).status == 500

    def learn(self, page: Page) -> dict[str, Any]:
        """Read what a site tells of a person, and check it."""
        assert page.status == 200, page.text
        told: dict[str, Any] = json.loads(page.text)
        self.check(told)
        return told

    def check(self, told: dict[str, Any]) -> None:
        """Check an ID token's claims and userinfo."""
        claims, userinfo = told["claims"], told["userinfo"]
        assert claims["iss"] == self.provider.issuer
        assert claims["sub"] == userinfo["sub"] == self.person.sub
        client_id = told.get("client_id", self.site.name)
        assert claims["aud"] in (client_id, [client_id])
        assert claims["acr"] == "L1"
        assert userinfo["email"] == self.person.email
        assert userinfo["name"] == "Анна Орлова"

    def sign_out(self) -> Page:
        """Sign out at the site, which leads over the provider and back, and find oneself signed out."""
        goodbye = self.person.open(self.site.url("/logout"))
        assert goodbye.url.startswith(self.site.url("/signed-out")), goodbye.text
        self.find_signed_out()
        return goodbye

    def sign_out_at_the_provider(self) -> None:
        """Sign out by the provider's own page; the sites are told beside."""
        question = self.person.open(f"{self.provider.issuer}/logout")
        assert self.person.press(question, "logout-form").status == 200
        self.find_signed_out()

    def find_signed_out(self) -> None:
        """Open the account: the provider asks to sign in again."""
        assert self.person.open(f"{self.provider.issuer}/account").form("signin-form")


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("authlib-session", "authlib_session"),
        ("pyoidc", "pyoidc"),
        ("idpyoidc", "idpyoidc_site"),
        ("requests-oauthlib", "requests_oauthlib_site"),
    ],
)
def test_library_in_python(
    name: str, program: str, provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path
) -> None:
    walk = Walk(provider, anna, sites[name])
    with running_site(provider, walk.site, python_site(program), log=tmp_path / "log"):
        walk.go_the_whole_way()


@pytest.mark.usefixtures("_node_packages")
@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("oauth4webapi", "oauth4webapi"),
        ("oidc-client-ts", "oidc_client_ts"),
        ("passport-openidconnect", "passport_openidconnect"),
    ],
)
def test_library_in_javascript(
    name: str, program: str, provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path
) -> None:
    walk = Walk(provider, anna, sites[name])
    with running_site(provider, walk.site, node_site(program), log=tmp_path / "log"):
        walk.go_the_whole_way()


@pytest.mark.usefixtures("_node_packages")
def test_site_registers_itself(
    provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path
) -> None:
    """By oauth4webapi, with a token of the operator; then it goes the whole way as any other."""
    walk = Walk(provider, anna, sites["self-registered"])
    (token,) = provider.run(["registration-tokens", "add"])
    command = node_site("oauth4webapi")
    with running_site(provider, walk.site, command, log=tmp_path / "log", INITIAL_TOKEN=token):
        walk.go_the_whole_way()


def test_flask_with_authlib(provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path) -> None:
    """The site of examples/relying_party, by its own pages."""
    site = sites["authlib-flask"]
    command = ["flask", "--app", "examples.relying_party.app", "run", "--port", str(site.port)]
    settings = {f"KNIGA_{name}": value for name, value in site_environment(provider, site).items()}
    with running_site(provider, site, command, log=tmp_path / "log", **settings, KNIGA_SECRET_KEY="x" * 40):
        page = anna.go_through(site.url("/login"))
        assert page.url == site.url("/")
        assert all(text in page.text for text in ("Анна Орлова", anna.email, anna.sub, "L1"))
        refreshed = anna.press(page, "refresh-form")
        assert "Сведения обновлены" in refreshed.text
        walk = Walk(provider, anna, site)
        walk.sign_out_at_the_provider()
        assert "Войти через" in anna.open(site.url("/")).text
        page = anna.go_through(site.url("/login"))
        goodbye = anna.press(page, "logout-form")
        assert "Вы вышли и здесь" in goodbye.text
        walk.find_signed_out()


@pytest.mark.usefixtures("_node_packages")
def test_openid_client(provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path) -> None:
    """The site of examples/node_relying_party, by its own pages."""
    site = sites["openid-client"]
    command = ["node", str(ROOT / "examples" / "node_relying_party" / "server.js")]
    with running_site(provider, site, command, log=tmp_path / "log"):
        page = anna.go_through(site.url("/login"))
        assert page.url == site.url("/")
        assert all(text in page.text for text in ("Анна Орлова", anna.email, anna.sub, "L1"))
        refreshed = anna.press(page, "refresh-form")
        assert (refreshed.status, refreshed.url) == (200, site.url("/"))
        assert anna.sub in refreshed.text
        goodbye = anna.press(page, "logout-form")
        assert "href=/login" in goodbye.text
        Walk(provider, anna, site).find_signed_out()


def test_by_hand_with_curl(provider: Provider, anna: Person, sites: dict[str, Site], tmp_path: Path) -> None:
    """The script of the documents; the site is any web server, the person reads the code in the address."""
    site = sites["by-hand"]
    server = [sys.executable, "-m", "http.server", str(site.port), "--bind", "127.0.0.1"]
    environment = {**site_environment(provider, site), "AUTHORITY": str(provider.authority)}
    script = ["sh", str(SITES / "by_hand.sh")]
    with (
        running_site(provider, site, server, log=tmp_path / "log"),
        subprocess.Popen(
            script, env=environment, stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True
        ) as process,
    ):
        assert process.stdout
        came_back = parse_qs(urlsplit(anna.go_through(process.stdout.readline().strip()).url).query)
        said, _ = process.communicate(f"{came_back['code'][0]} {came_back['state'][0]}\n", timeout=60)
        assert process.returncode == 0, said
        userinfo, goodbye = json.loads(said.partition("}\n")[0] + "}"), said.splitlines()[-1]
        assert userinfo["sub"] == anna.sub
        assert anna.open(goodbye).url == site.url("/signed-out")
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
        walk = Walk(provider, anna, site)
        walk.check({"claims": told["id_token"], "userinfo": told["userinfo"]})
        renewal = {"refresh": site.url("/private/"), "access_token": told["access_token"]}
        assert anna.open(site.url(f"/oidc?{urlencode(renewal)}")).url == site.url("/private/")
        renewed = json.loads(anna.open(site.url("/oidc?info=json")).text)
        assert renewed["access_token"] != told["access_token"]
        assert renewed["refresh_token"] != told["refresh_token"]
        walk.sign_out_at_the_provider()
        assert anna.open(site.url("/private/")).form("signin-form"), "Apache has not heard of it"
        anna.go_through(site.url("/private/"))
        goodbye = anna.open(site.url("/oidc?logout=" + site.url("/signed-out")))
        assert "signed out" in goodbye.text
        walk.find_signed_out()
