"""Races for things that are good once: eight threads present one code, then one refresh token, at once.

Every request goes the whole way through the app. A code may win once, and its replay kills what the
winner got; a refresh token may be answered many times within its grace, always with the same
successor. Anything else, or an answer of 500, ends the program.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask

from bench.racers import CHALLENGE, REDIRECT, VERIFIER, provider_environment
from bench.stage import describe, engines, fail, fresh_database, silence
from idp.accounts import OperatorAccount, add_account, parse_address
from idp.app import create_app
from idp.clients import ClientDraft, replace_client
from idp.grants import Approval, issue_code
from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_secret
from idp.kernel.storage.migrations import migrate
from idp.kernel.work.floor import Floor
from idp.sessions import AuthorizationRequest, LiveSession, find_session, start_session
from idp.settings import ProviderSettings
from idp.tokens import read_refresh_token
from idp.tokens.models import Grant

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1000"))
THREADS = 8
_CLIENT = "bench"
_SCOPE = ("openid", "offline_access")
Answer = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Ring:
    """Where the races take place: the app, and a person who is signed in."""

    app: Flask
    floor: Floor
    live: LiveSession
    pool: ThreadPoolExecutor

    def code(self) -> str:
        """Make a code."""
        asked = AuthorizationRequest(_CLIENT, REDIRECT, _SCOPE, code_challenge=CHALLENGE)
        with self.app.app_context(), self.floor.db.writing() as session:
            return issue_code(session, Approval(asked, self.live, "L1"), now=clock.now())

    def present(self, **sent: str) -> Answer:
        """Send one token request."""
        answer = self.app.test_client().post(
            "/token", data={"client_id": _CLIENT, **sent}, base_url=self.floor.settings.public_url
        )
        return answer.status_code, answer.get_json()

    def present_code(self, code: str) -> Answer:
        """Send a code."""
        return self.present(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT, code_verifier=VERIFIER
        )

    def present_refresh(self, token: str) -> Answer:
        """Send a refresh token."""
        return self.present(grant_type="refresh_token", refresh_token=token)


def main() -> None:
    """Race on each engine."""
    silence()
    describe("engine | race | rounds | threads | answers | winners or children a round, at most | seconds")
    for engine in engines():
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, ThreadPoolExecutor(THREADS) as pool:
            ring = _ring(engine, folder, pool)
            _race(engine, "one code", ring, _race_code)
            _race(engine, "one refresh token", ring, _race_refresh)
            with ring.app.app_context():
                ring.floor.db.engine.dispose()


def _race(engine: str, name: str, ring: Ring, once: Any) -> None:
    began, seen, most = perf_counter(), Counter[str](), 0
    for _ in range(ROUNDS):
        answers, alive = once(ring)
        most = max(most, alive)
        seen.update(_word(answer) for answer in answers)
    told = ", ".join(f"{count} × {word}" for word, count in sorted(seen.items()))
    seconds = perf_counter() - began
    print(f"| {engine} | {name} | {ROUNDS} | {THREADS} | {told} | {most} | {seconds:.0f} |", flush=True)


def _race_code(ring: Ring) -> tuple[Sequence[Answer], int]:
    """Let all present one code; at most one wins, and one that was replayed leaves no grant alive."""
    answers = list(ring.pool.map(ring.present_code, [ring.code()] * THREADS))
    won = [body for status, body in answers if status == 200]
    alive = sum(_is_alive(ring, body["refresh_token"]) for body in won)
    if len(won) > 1 or alive or any(_word(answer) not in _EXPECTED for answer in answers):
        fail(f"a code won {len(won)} times, {alive} grants live: {Counter(map(_word, answers))}")
    return answers, len(won)


def _race_refresh(ring: Ring) -> tuple[Sequence[Answer], int]:
    """Let all present one refresh token; every answer within the grace names the same child."""
    token = ring.present_code(ring.code())[1]["refresh_token"]
    answers = list(ring.pool.map(ring.present_refresh, [token] * THREADS))
    children = {body["refresh_token"] for status, body in answers if status == 200}
    generation = _generation(ring, token)
    if len(children) != 1 or generation != 1 or any(status != 200 for status, _ in answers):
        fail(f"{len(children)} children, generation {generation}: {Counter(map(_word, answers))}")
    return answers, len(children)


_EXPECTED = frozenset({"200", "400 invalid_grant"})


def _word(answer: Answer) -> str:
    status, body = answer
    return f"{status} {body.get('error', '')}".strip()


def _is_alive(ring: Ring, token: str) -> bool:
    return ring.present_refresh(token)[0] == 200


def _generation(ring: Ring, token: str) -> int:
    presented = read_refresh_token(token)
    if presented is None:
        fail("no refresh token")
    with ring.app.app_context(), ring.floor.db.reading() as session:
        wanted = sa.select(Grant.generation).where(Grant.id == presented.grant_id)
        return int(session.execute(wanted).scalar_one())


def _ring(engine: str, folder: str, pool: ThreadPoolExecutor) -> Ring:
    """Make a provider on an engine, with a person who is signed in and a client."""
    environment = provider_environment(Path(folder), 8000, Path(folder) / "idp.sqlite")
    os.environ.update({**environment, "IDP_DATABASE_URL": fresh_database(engine, folder)})
    app = create_app(ProviderSettings())
    migrate(app)
    floor = cast(Floor, app.extensions["floor"])
    with app.app_context():
        return Ring(app, floor, _signed_in(floor), pool)


def _signed_in(floor: Floor) -> LiveSession:
    now, address = clock.now(), parse_address("anna@example.ru")
    if address is None:
        fail("no address")
    draft = ClientDraft(
        id=_CLIENT, secret=None, redirect_uris=[REDIRECT], is_first_party=True, name_en="Bench"
    )
    wish = OperatorAccount(address, password_hash=new_secret(), name="Анна", is_verified=True)
    with floor.db.writing() as session:
        replace_client(session, draft, now=now)
        account_id = add_account(session, wish, now=now)
        made = start_session(session, account_id, browser="", life=timedelta(days=1), now=now)
    with floor.db.reading() as session:
        live = find_session(session, made.secret, idle=timedelta(days=1), now=now)
    return live or fail("nobody is signed in")


if __name__ == "__main__":
    main()
