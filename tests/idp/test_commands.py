"""The operator's commands: people, clients, keys."""

import json
from pathlib import Path
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.cli import users
from idp.clients import find_client
from idp.clients.cli import clients
from idp.kernel.ground.clock import FrozenClock
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


METADATA = {
    "client_name": "Robot", "client_name#ru": "Робот", "grant_types": ["client_credentials"],
    "scope": "reports", "token_endpoint_auth_method": "client_secret_post",
}  # fmt: skip


def test_client_is_added_from_a_file_of_metadata(idp_app: Flask, floor: Floor, tmp_path: Path) -> None:
    file = tmp_path / "robot.json"
    file.write_text(json.dumps(METADATA))
    said = _run(floor, clients, "add", "--id", "robot", "--metadata", str(file), "--verified", "--no-pkce")
    assert (said.exit_code, said.output.split()[0]) == (0, "robot")
    with floor.db.reading() as session:
        client = find_client(session, "robot")
    assert client
    assert (client.name_ru, client.grant_types, client.scopes) == (
        "Робот", ("client_credentials",), ("reports",),
    )  # fmt: skip
    assert (client.is_verified, client.require_pkce, client.auth_method) == (
        True, False, "client_secret_post",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"redirect_uris": ["http://rp.example/"]}'])
def test_wrong_file_of_metadata_is_refused(idp_app: Flask, floor: Floor, tmp_path: Path, text: str) -> None:
    file = tmp_path / "client.json"
    file.write_text(text)
    assert _run(floor, clients, "add", "--id", "x", "--metadata", str(file)).exit_code == 1
    assert _run(floor, clients, "add", "--id", "x").exit_code == 2


def test_secret_changes_with_an_overlap(
    idp: FlaskClient, floor: Floor, dobro: Site, frozen: FrozenClock
) -> None:
    """For some days both secrets are good, so that a site changes its own without being shut out."""
    new = _run(floor, clients, "rotate-secret", "dobro", "--overlap-days", "2").output.split()[1]
    both = [dobro.redeem(idp, "x", client_secret=s).get_json()["error"] for s in (dobro.secret, new)]
    frozen.tick(days=2)
    later = [dobro.redeem(idp, "x", client_secret=s).get_json()["error"] for s in (dobro.secret, new)]
    assert (both, later) == (["invalid_grant"] * 2, ["invalid_client", "invalid_grant"])
    assert _run(floor, clients, "rotate-secret", "nobody").exit_code == 1


def test_keys_are_ensured_and_rotated(idp: FlaskClient, floor: Floor) -> None:
    assert _run(floor, keys, "ensure").output == "made: none\n"
    rotated = _run(floor, keys, "rotate").output.split()
    idp.application.extensions["keys"].refresh()
    assert {rotated[1], rotated[3]} < {k["kid"] for k in idp.get("/jwks").get_json()["keys"]}
