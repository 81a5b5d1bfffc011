"""Roles of staff: granted, replaced, listed and taken away from the command line."""

import pytest
from click.testing import CliRunner, Result

from idp.kernel.work.floor import Floor
from widget_server.identity import Role, SignedIn, Staff, staff_of
from widget_server.identity.cli import staff

pytestmark = pytest.mark.usefixtures("frozen")
ANNA = SignedIn("p-1", "Анна", "L1")


def _run(floor: Floor, *words: str) -> Result:
    return CliRunner().invoke(staff, words, obj=floor)


def _role_of(floor: Floor, person: SignedIn) -> Staff | None:
    with floor.db.reading() as session:
        return staff_of(session, person)


def test_grant_makes_a_member_of_staff(floor: Floor) -> None:
    assert _run(floor, "grant", "p-1", "platform_staff").exit_code == 0
    assert _role_of(floor, ANNA) == Staff("p-1", "Анна", Role.PLATFORM, None)


def test_another_grant_replaces_the_role(floor: Floor) -> None:
    _run(floor, "grant", "p-1", "platform_staff")
    _run(floor, "grant", "p-1", "authority_staff", "--authority", "roads")
    assert _role_of(floor, ANNA) == Staff("p-1", "Анна", Role.AUTHORITY, "roads")


@pytest.mark.parametrize(
    "words", [("authority_staff",), ("platform_staff", "--authority", "roads"), ("king",)]
)
def test_impossible_role_is_refused(floor: Floor, words: tuple[str, ...]) -> None:
    assert _run(floor, "grant", "p-1", *words).exit_code == 2
    assert _role_of(floor, ANNA) is None


def test_list_shows_who_granted_what(floor: Floor) -> None:
    _run(floor, "grant", "p-1", "authority_staff", "--authority", "roads", "--by", "Олег")
    assert _run(floor, "list").output.split() == ["p-1", "authority_staff", "roads", "2026-06-10", "Олег"]


def test_revoked_role_is_gone_at_once(floor: Floor) -> None:
    _run(floor, "grant", "p-1", "platform_staff")
    assert _run(floor, "revoke", "p-1").exit_code == 0
    assert _role_of(floor, ANNA) is None


def test_revoke_of_nobody_says_so(floor: Floor) -> None:
    assert _run(floor, "revoke", "p-1").exit_code == 1
