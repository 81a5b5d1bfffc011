"""The two providers that race: ours, and oidc-provider of npm, both with a person signed in who has agreed.

Each is started as in production, on a database of its own, and gives two lanes: a client whose ID
tokens are signed with RS256 and one with ES256.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from bench.machine import free_port, start, stop, wait_for
from bench.stage import SECRET, fail
from bench.wire import Wire
from idp.accounts import OperatorAccount, add_account, hash_password, parse_address
from idp.app import create_app
from idp.clients import ClientDraft, replace_client
from idp.consent import give_consent
from idp.kernel.crypto.jose import Algorithm
from idp.kernel.ground import clock
from idp.kernel.storage.migrations import migrate
from idp.kernel.work.floor import Floor
from idp.sessions import start_session
from idp.settings import ProviderSettings

ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "ES256")
CLIENT_SECRET = "only-for-benchmarks-of-providers"
OURS, PEER = "iGrajdanin", "oidc-provider"
EMAIL, PASSWORD = "anna@example.ru", "четыре несвязанных слова 42"
REDIRECT = "https://bench.example/cb"
SCOPE = "openid profile email"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
_GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
_OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}
_ROOT = Path(__file__).resolve().parents[1]
_PEER = _ROOT / "bench" / "peer"


@dataclass(frozen=True)
class Racer:
    """A running provider."""

    name: str
    pid: int
    port: int
    ready_seconds: float
    database: Path
    metadata: dict[str, Any]
    cookie: str

    def path(self, endpoint: str) -> str:
        """Give the path of an endpoint as its metadata names it; empty when there is none."""
        return urlsplit(str(self.metadata.get(endpoint, ""))).path


@dataclass(frozen=True)
class Lane:
    """One client of a racer, and the requests it sends as bytes."""

    racer: Racer
    algorithm: Algorithm

    @property
    def client_id(self) -> str:
        """The client's id."""
        return f"bench-{self.algorithm.lower()}"

    def authorize(self, number: int, **changes: str) -> bytes:
        """Give an authorization request of the browser that is signed in."""
        sent = {
            "client_id": self.client_id, "redirect_uri": REDIRECT, "response_type": "code", "scope": SCOPE,
            "state": f"state-{number}", "nonce": f"nonce-{number}", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", **changes,
        }  # fmt: skip
        address = f"{self.racer.path('authorization_endpoint')}?{_form(sent)}"
        return self._request(f"GET {address}", f"Cookie: {self.racer.cookie}\r\nAccept: text/html\r\n")

    def token(self, **sent: str) -> bytes:
        """Give a token request with the client's secret in the header."""
        return self._post("token_endpoint", sent)

    def redemption(self, code: str) -> bytes:
        """Give the token request for a code."""
        return self.token(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT, code_verifier=VERIFIER
        )

    def introspection(self, token: str) -> bytes:
        """Give the question whether a token is good."""
        return self._post("introspection_endpoint", {"token": token})

    def userinfo(self, token: str) -> bytes:
        """Give the question who a token is about."""
        path = self.racer.path("userinfo_endpoint")
        return self._request(f"GET {path}", f"Authorization: Bearer {token}\r\n")

    def document(self, path: str) -> bytes:
        """Give the question for something public."""
        return self._request(f"GET {path}")

    def code(self, wire: Wire, number: int, **changes: str) -> str:
        """Send an authorization request and give the code that comes back."""
        answer = wire.ask(self.authorize(number, **changes))
        sent = parse_qs(urlsplit(answer.header("location")).query)
        if "code" not in sent or sent["state"] != [f"state-{number}"]:
            fail(f"{self.racer.name}: {answer.status} {answer.header('location')} {answer.body[:500]!r}")
        return sent["code"][0]

    def sign_in(self, wire: Wire, number: int) -> dict[str, Any]:
        """Go from the authorization request to the tokens, and give them."""
        told = wire.ask(self.redemption(self.code(wire, number)))
        if told.status != 200:
            fail(f"{self.racer.name}: {told.status} {told.body!r}")
        return cast("dict[str, Any]", json.loads(told.body))

    def flow(self, wire: Wire, number: int) -> None:
        """Go the whole way: authorization request, tokens, userinfo."""
        tokens = self.sign_in(wire, number)
        told = wire.ask(self.userinfo(tokens["access_token"]))
        if told.status != 200 or b"anna@example.ru" not in told.body:
            fail(f"{self.racer.name}: {told.status} {told.body!r}")

    def _post(self, endpoint: str, sent: dict[str, str]) -> bytes:
        pair = base64.b64encode(f"{self.client_id}:{CLIENT_SECRET}".encode()).decode()
        body = _form(sent)
        headers = f"Authorization: Basic {pair}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        headers += f"Content-Length: {len(body)}\r\n"
        return self._request(f"POST {self.racer.path(endpoint)}", headers) + body.encode()

    def _request(self, line: str, headers: str = "") -> bytes:
        return f"{line} HTTP/1.1\r\nHost: 127.0.0.1:{self.racer.port}\r\n{headers}\r\n".encode()


@contextmanager
def ours(folder: Path, *, is_pinned: bool = True, people: int = 1) -> Iterator[Racer]:
    """Run our provider by its own command, as an operator does; the first of its people is signed in."""
    port, database = free_port(), folder / "ours.sqlite"
    environment = provider_environment(folder, port, database)
    session = prepare(environment, people)
    command = [str(Path(sys.executable).with_name("idp")), "serve", "--port", str(port)]
    process = start(command, {**os.environ, **environment}, folder=folder, is_pinned=is_pinned)
    try:
        ready = wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration", process)
        yield Racer(OURS, process.pid, port, ready, database, _metadata(port), f"__Host-session={session}")
    finally:
        stop(process)


@contextmanager
def peer(folder: Path) -> Iterator[Racer]:
    """Run oidc-provider."""
    _install_peer()
    port, database = free_port(), folder / "peer.sqlite"
    environment = {
        **os.environ, "PORT": str(port), "DATABASE": str(database), "CLIENT_SECRET": CLIENT_SECRET,
        "NODE_ENV": "production",
    }  # fmt: skip
    process = start(["node", "server.mjs"], environment, folder=_PEER)
    try:
        ready = wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration", process)
        racer = Racer(PEER, process.pid, port, ready, database, _metadata(port), "")
        browser = httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=False)
        for algorithm in ALGORITHMS:
            walk_peer(browser, Lane(racer, algorithm))
        cookie = "; ".join(f"{c.name}={c.value}" for c in browser.cookies.jar if c.path == "/")
        yield Racer(racer.name, racer.pid, port, ready, database, racer.metadata, cookie)
    finally:
        stop(process)


def provider_environment(folder: Path, port: int, database: Path) -> dict[str, str]:
    """Give the settings of our provider for a benchmark."""
    return {
        "IDP_SECRET_KEY": SECRET,
        "IDP_DATABASE_URL": f"sqlite:///{database}",
        "IDP_DATA_DIR": str(folder / "data"),
        "IDP_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IDP_ALLOW_PLAIN_HTTP": "true",
        "IDP_API_AUDIENCE": "http://127.0.0.1:8001",
        "IDP_MAIL__FOLDER": str(folder / "mail"),
    }


def first_refresh_token(lane: Lane) -> str:
    """Give a refresh token of a new grant; the peer gives one only where the person is asked again."""
    wire = Wire(lane.racer.port)
    if lane.racer.name == PEER:
        code = walk_peer(httpx.Client(base_url=f"http://127.0.0.1:{lane.racer.port}"), lane, **_OFFLINE)
    else:
        code = lane.code(wire, 0, scope=_OFFLINE["scope"])
    answer = wire.ask(lane.redemption(code))
    wire.close()
    return str(json.loads(answer.body)["refresh_token"])


def walk_peer(browser: httpx.Client, lane: Lane, **changes: str) -> str:
    """Sign in and agree on the peer's own pages, and give the code."""
    address = lane.authorize(0, **changes).decode().split(" ")[1]
    answer = browser.get(address)
    while True:
        if answer.has_redirect_location:
            location = answer.headers["location"]
            if location.startswith(REDIRECT):
                return parse_qs(urlsplit(location).query)["code"][0]
            answer = browser.get(location)
            continue
        form = re.search(r'action="([^"]+)".*?name="prompt" value="(\w+)"', answer.text, re.S)
        if form is None:
            fail(answer.text)
        answer = browser.post(form[1], data={"prompt": form[2], "login": "anna", "password": "x"})


def prepare(environment: dict[str, str], people: int = 1) -> str:
    """Make the database with people, two clients and consents; give the secret of the first one's session."""
    os.environ.update(environment)
    app = create_app(ProviderSettings())
    migrate(app)
    floor, now, hashed = cast(Floor, app.extensions["floor"]), clock.now(), hash_password(PASSWORD)
    with app.app_context(), floor.db.writing() as session:
        account_id, *_ = [
            add_account(session, _wish(email_of(number), hashed), now=now) for number in range(people)
        ]
        for algorithm in ALGORITHMS:
            draft = client_draft(algorithm)
            replace_client(session, draft, now=now)
            give_consent(session, account_id, draft.id, [*SCOPE.split(), "offline_access"], now=now)
        made = start_session(session, account_id, browser="bench", life=timedelta(days=1), now=now)
    with app.app_context():
        floor.db.engine.dispose()
    return made.secret


def email_of(number: int) -> str:
    """Give the address of a person; the first one's is EMAIL."""
    return EMAIL if number == 0 else EMAIL.replace("@", f"{number}@")


def _wish(email: str, hashed: str) -> OperatorAccount:
    address = parse_address(email)
    if address is None:
        fail(email)
    return OperatorAccount(
        address=address, password_hash=hashed, name="Анна Орлова", is_verified=True,
        claims={"given_name": "Анна", "family_name": "Орлова", "locale": "ru"},
    )  # fmt: skip


def client_draft(algorithm: Algorithm) -> ClientDraft:
    """Give the client of a lane."""
    return ClientDraft(
        id=f"bench-{algorithm.lower()}", name_en="Bench", secret=CLIENT_SECRET,
        redirect_uris=(REDIRECT,), id_token_algorithm=algorithm,
        scopes=("openid", "profile", "email", "offline_access"), grant_types=_GRANT_TYPES,
    )  # fmt: skip


def _install_peer() -> None:
    """Install the peer's packages as locked, once; its SQLite is compiled where no binary can be had."""
    if shutil.which("npm") is None:
        fail("the peer needs Node.js 20 or newer with npm")
    stamp, lock = _PEER / "node_modules" / ".synced", (_PEER / "package-lock.json").read_bytes()
    if stamp.exists() and stamp.read_text() == str(zlib.crc32(lock)):
        return
    prefix = Path(shutil.which("node") or "").resolve().parents[1]
    headers = {"npm_config_nodedir": str(prefix)} if (prefix / "include" / "node").is_dir() else {}
    words = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(words, cwd=_PEER, env={**os.environ, **headers}, check=True, stdout=sys.stderr)
    stamp.write_text(str(zlib.crc32(lock)))


def _metadata(port: int) -> dict[str, Any]:
    answer = httpx.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
    return cast("dict[str, Any]", answer.json())


def _form(sent: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in sent.items())
