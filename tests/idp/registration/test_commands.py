"""The operator's command for initial access tokens."""

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from idp.registration.cli import registration_tokens

from .conftest import ASKED


def test_token_of_the_command_registers_as_often_as_it_says(idp: FlaskClient, floor: Floor) -> None:
    said = CliRunner().invoke(registration_tokens, ["add", "--uses", "2", "--days", "1"], obj=floor)
    headers = {"Authorization": f"Bearer {said.output.strip()}"}
    assert [idp.post("/connect/register", json=ASKED, headers=headers).status_code for _ in range(3)] == [
        201, 201, 401,
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["--uses", "0"], ["--days", "0"], ["--uses", "x"]])
def test_odd_quota_is_refused(floor: Floor, idp: FlaskClient, words: list[str]) -> None:
    assert CliRunner().invoke(registration_tokens, ["add", *words], obj=floor).exit_code == 2
