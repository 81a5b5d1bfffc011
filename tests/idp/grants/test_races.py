"""Races at the token endpoint: what is good once wins once, whatever comes at the same moment.

The same with a thousand rounds is `./run bench races`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_site, new_browser

ROUNDS, THREADS = 20, 8
Together = Callable[[Callable[[FlaskClient], Any]], list[Any]]


@pytest.fixture
def together(idp_app: Flask, idp: FlaskClient) -> Iterator[Together]:
    """Do one thing in eight browsers at once."""

    def alone(act: Callable[[FlaskClient], Any]) -> Any:
        with idp_app.app_context():
            return act(new_browser(idp))

    with ThreadPoolExecutor(THREADS) as pool:
        yield lambda act: list(pool.map(alone, [act] * THREADS))


@pytest.fixture
def site(idp: FlaskClient, floor: Floor, anna: Volunteer) -> Site:
    """A first-party client at which Anna is signed in."""
    anna.enter(idp)
    return add_site(floor, Site("app", None, "https://app.test/cb"), is_first_party=True)


def _code(idp: FlaskClient, site: Site) -> str:
    return site.code(idp, scope="openid offline_access")


def test_c2_2_of_parallel_redemptions_one_wins(idp: FlaskClient, site: Site, together: Together) -> None:
    """And because all others are replays, what the winner got is dead afterwards."""
    for _ in range(ROUNDS):
        code = _code(idp, site)
        answers = together(partial(site.redeem, code=code))
        assert sorted(a.status_code for a in answers) == [200] + [400] * (THREADS - 1)
        assert {a.get_json()["error"] for a in answers if a.status_code == 400} == {"invalid_grant"}
        [won] = [a.get_json() for a in answers if a.status_code == 200]
        assert site.refresh(idp, won["refresh_token"]).status_code == 400


def test_c3_6_parallel_refreshes_have_one_child(idp: FlaskClient, site: Site, together: Together) -> None:
    token = site.redeem(idp, _code(idp, site)).get_json()["refresh_token"]
    for _ in range(ROUNDS):
        answers = together(partial(site.refresh, token=token))
        assert {a.status_code for a in answers} == {200}
        [token] = {a.get_json()["refresh_token"] for a in answers}
        assert len({a.get_json()["access_token"] for a in answers}) == THREADS
