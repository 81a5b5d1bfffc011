"""The operator's commands: people, clients, keys."""

from uuid import uuid4

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.cli import users
from idp.clients.cli import clients
from idp.kernel.work.floor import Floor
from idp.keys.cli import keys
from tests.idp.cast import PASSWORD, Site, Volunteer

ADD_CLIENT = ["add", "--id", "dobro", "--redirect-uri", "https://dobro.test/cb", "--name-ru", "Добровольцы"]


def _run(floor: Floor, group: click.Command, *words: str) -> Result:
    return CliRunner().invoke(group, words, obj=floor)


def test_user_is_added_and_signs_in(idp: FlaskClient, floor: Floor) -> None:
    sub = uuid4()
    said = _run(
        floor, users, "add", "anna@example.ru", "--password", PASSWORD, "--name", "Анна", "--verified",
        "--claims", '{"nickname": "Аня", "given_name": "Анна"}', "--sub", str(sub),
    )  # fmt: skip
    assert (said.exit_code, said.output.strip()) == (0, str(sub))
    assert Volunteer("anna@example.ru", sub).sign_in(idp).status_code == 303


def test_adding_a_user_again_keeps_the_sub(idp_app: Flask, floor: Floor) -> None:
    said = [_run(floor, users, "add", e, "--password", PASSWORD).output for e in ("a@e.ru", "A@e.ru")]
    assert said[0] == said[1]


@pytest.mark.parametrize("words", [["nonsense"], ["a@e.ru", "--claims", "[]"], ["a@e.ru", "--claims", "{"]])
def test_wrong_user_is_refused(idp_app: Flask, floor: Floor, words: list[str]) -> None:
    assert _run(floor, users, "add", *words, "--password", PASSWORD).exit_code == 2


def test_client_is_added_once(idp: FlaskClient, floor: Floor) -> None:
    assert _run(floor, clients, *ADD_CLIENT, "--secret", "s").output == "dobro\n"
    assert _run(floor, clients, *ADD_CLIENT, "--secret", "s").exit_code == 1
    assert _run(floor, clients, *ADD_CLIENT, "--secret", "s", "--replace").exit_code == 0
    assert "Добровольцы" in Site().authorize(idp).text


def test_secret_is_made_and_printed(idp_app: Flask, floor: Floor) -> None:
    name, secret = _run(floor, clients, *ADD_CLIENT).output.split()
    assert (name, len(secret)) == ("dobro", 43)


def test_wrong_redirect_is_refused(idp_app: Flask, floor: Floor) -> None:
    said = _run(floor, clients, "add", "--id", "x", "--redirect-uri", "https://rp.example/#x")
    assert (said.exit_code, "https://rp.example/#x" in said.output) == (1, True)


def test_public_client_with_secret_is_refused(idp_app: Flask, floor: Floor) -> None:
    assert _run(floor, clients, *ADD_CLIENT, "--public", "--secret", "s").exit_code == 2


def test_keys_are_ensured_and_rotated(idp: FlaskClient, floor: Floor) -> None:
    assert _run(floor, keys, "ensure").output == "made: none\n"
    rotated = _run(floor, keys, "rotate").output.split()
    idp.application.extensions["keys"].refresh()
    assert {rotated[1], rotated[3]} < {k["kid"] for k in idp.get("/jwks").get_json()["keys"]}
