"""The window and the real provider, each a server of its own, meet over their public addresses only."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from idp.kernel.outside.http import Answer
from idp.kernel.work.floor import Floor
from idp.keys import KeyRing
from tests.idp.cast import Site, add_person, add_site, follow, submit_page
from widget_server.identity.provider import Provider

ISSUER = "https://id.igrajdanin.test"
SECRET = "only-for-tests"
WINDOW = "https://widget.igrajdanin.test"


class Wire:
    """The window's guarded client, wired to the provider's application instead of the network."""

    def __init__(self, app: Flask) -> None:
        self._browser = app.test_client(use_cookies=False)

    def get_json(self, url: str, *, bearer: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        answer = self._browser.get(url, headers=headers)
        assert answer.status_code == 200, answer.text
        return cast("dict[str, Any]", orjson.loads(answer.data))

    def post_form(self, url: str, data: dict[str, str], *, accept: str, basic: tuple[str, str]) -> Answer:
        answer = self._browser.post(url, data=data, auth=basic)
        return Answer(answer.status_code, {}, answer.data)


@pytest.fixture
def wired(widget_app: Flask, idp_app: Flask) -> Iterator[Floor]:
    """The window wired to the provider, which knows it as a client; gives the provider's floor."""
    original = cast(Floor, widget_app.extensions["floor"])
    settings = original.settings.model_copy(update={"console_client_secret": SecretStr(SECRET)})
    wire = cast(Any, Wire(idp_app))
    widget_app.extensions["floor"] = replace(original, http=wire, settings=settings)
    widget_app.extensions["identity"] = Provider()
    provider = cast(Floor, idp_app.extensions["floor"])
    with idp_app.app_context():
        cast(KeyRing, idp_app.extensions["keys"]).refresh()  # the keys of an earlier test are gone
        add_site(
            provider,
            Site("console", SECRET, f"{WINDOW}/signin/callback"),
            post_logout_redirect_uris=[f"{WINDOW}/signed-out"],
            is_first_party=True,
        )
    yield provider
    widget_app.extensions["floor"] = original


def _path(address: str) -> str:
    return address.removeprefix(ISSUER).removeprefix(WINDOW)


def test_person_signs_in_and_out(widget: FlaskClient, idp: FlaskClient, idp_app: Flask, wired: Floor) -> None:
    with idp_app.app_context():
        person = add_person(wired)
    asked = widget.get("/signin?next=/my")
    page = follow(idp, idp.get(_path(asked.location)))
    page = follow(idp, submit_page(idp, page, login=person.email, password=person.password))
    back = widget.get(_path(page.location))
    assert (back.status_code, back.location) == (303, "/my")
    shown = widget.get("/my")
    assert "Анна Орлова" in shown.text
    gone = submit_page(widget, shown)
    assert gone.location.startswith(f"{ISSUER}/logout?")
    ended = follow(idp, idp.get(_path(gone.location)))
    assert ended.location.startswith(f"{WINDOW}/signed-out")
    assert widget.get("/my").location == "/signin?" + urlencode({"next": "/my"}, safe="/")
