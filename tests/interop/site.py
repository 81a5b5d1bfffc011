"""A site under test: a program of its own that signs people in with one client library.

The programs in `sites/` offer the same acts at the same paths, so that one walk tests them all:
`/login` starts, `/callback` ends the sign-in, `/` tells as JSON what the library has learnt,
`/refresh`, `/revoke` and `/logout` do what they say.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .provider import ROOT, Provider, free_port, running

SITES = ROOT / "tests" / "interop" / "sites"
UGLY_SECRET = "s3cret+with/odd:characters & more"  # for libraries that encode it (RFC 6749 §2.3.1)
SECRET = "a-secret-of-the-usual-kind_0123456789"
READY_WITHIN_SECONDS = 30.0


@dataclass(frozen=True)
class Site:
    """A site: its name is its client's id, too."""

    name: str
    port: int
    callback: str = "/callback"
    options: Sequence[str] = ()
    secret: str = SECRET
    hears: str = ""
    acts: frozenset[str] = frozenset({"refresh", "revoke"})

    @property
    def host(self) -> str:
        """The host name, which no other site shares."""
        return f"{self.name}.localhost"

    def url(self, path: str = "/") -> str:
        """Give an address of the site."""
        return f"http://{self.host}:{self.port}{path}"

    def registration(self) -> Sequence[str]:
        """Give the command that registers the site's client."""
        addresses = (
            "--redirect-uri", self.url(self.callback), "--post-logout-redirect-uri", self.url("/signed-out"),
        )  # fmt: skip
        heard = ("--backchannel-logout-uri", self.url(self.hears)) if self.hears else ()
        return (
            "clients", "add", "--id", self.name, "--secret", self.secret, *addresses, *heard, *self.options,
        )  # fmt: skip


def all_sites() -> Iterator[Site]:
    """Give the sites, with a port for each before any is started."""
    no_pkce = ("--no-pkce",)
    nothing, refresh = frozenset[str](), frozenset({"refresh"})
    yield Site("authlib-flask", free_port(), hears="/backchannel-logout")
    yield Site("authlib-session", free_port())
    yield Site("openid-client", free_port(), secret=UGLY_SECRET)
    yield Site("oauth4webapi", free_port(), secret=UGLY_SECRET)
    yield Site("self-registered", free_port())
    yield Site("oidc-client-ts", free_port())
    yield Site("passport-openidconnect", free_port(), options=no_pkce, acts=nothing)
    yield Site("pyoidc", free_port(), options=no_pkce, acts=refresh)
    yield Site("idpyoidc", free_port(), acts=refresh)
    yield Site("requests-oauthlib", free_port())
    yield Site("by-hand", free_port())
    yield Site("django", free_port(), callback="/oidc/callback/")
    yield Site("apache", free_port(), callback="/oidc", hears="/oidc?logout=backchannel")


@contextmanager
def running_site(
    provider: Provider, site: Site, command: Sequence[str], *, log: Path, **settings: str
) -> Iterator[Site]:
    """Start a site's program, wait until it listens, and stop it afterwards."""
    environment = {**site_environment(provider, site), **settings}
    with running(command, environment, log, folder=log.parent) as process:  # some write keys where they start
        wait_for_port(site.port, process, log)
        with telling(log):
            yield site


@contextmanager
def telling(log: Path) -> Iterator[None]:
    """Show what a site has said when its test fails."""
    try:
        yield
    except BaseException:
        print(log.read_text(errors="replace")[-5000:])
        raise


def site_environment(provider: Provider, site: Site) -> Mapping[str, str]:
    """Give what every site is told: the provider, its client, its own origin, and whom to trust."""
    outer = {name: value for name, value in provider.environment.items() if not name.startswith("IDP_")}
    return {
        **outer,
        "ISSUER": provider.issuer,
        "CLIENT_ID": site.name,
        "CLIENT_SECRET": site.secret,
        "SITE": site.url(""),
        "SITE_URL": site.url(""),
        "PORT": str(site.port),
        "REQUESTS_CA_BUNDLE": str(provider.authority),
        "NODE_EXTRA_CA_CERTS": str(provider.authority),
    }


def python_site(name: str) -> list[str]:
    """Give the command of a site in Python."""
    return [sys.executable, "-m", f"tests.interop.sites.{name}"]


def node_site(name: str) -> list[str]:
    """Give the command of a site in JavaScript."""
    return ["node", str(SITES / f"{name}.mjs")]


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a program listens; fails with its last words when it does not."""
    until = time.monotonic() + READY_WITHIN_SECONDS
    while not _listens(port):
        said = log.read_text(errors="replace")[-3000:]
        assert process.poll() is None, f"the site ended by itself\n{said}"
        assert time.monotonic() < until, f"the site is not ready in time\n{said}"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
