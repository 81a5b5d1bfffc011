"""Capabilities: each opens one thing for one purpose."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.crypto.capabilities import Capabilities
from widget_server.problems.links import (
    confirm_path,
    fits_confirm,
    fits_service,
    service_path,
    status_path,
)

ONE, OTHER = UUID(int=1), UUID(int=2)
OURS = Capabilities(["x" * 32])


def _token(path: str) -> str:
    return path.rsplit("/", 1)[1]


def test_link_fits_its_own_key_and_purpose_only() -> None:
    confirm, service = _token(confirm_path(OURS, ONE)), _token(service_path(OURS, ONE))
    assert fits_confirm(OURS, ONE, confirm)
    assert fits_service(OURS, ONE, service)
    assert not fits_confirm(OURS, OTHER, confirm)
    assert not fits_service(OURS, OTHER, service)
    assert not fits_confirm(OURS, ONE, service)
    assert not fits_service(OURS, ONE, confirm)


def test_link_outlives_a_rotation_of_secrets() -> None:
    token = _token(service_path(OURS, ONE))
    assert fits_service(Capabilities(["y" * 32, "x" * 32]), ONE, token)
    assert not fits_service(Capabilities(["y" * 32]), ONE, token)


@given(st.text())
def test_no_guess_fits(token: str) -> None:
    assert not fits_service(OURS, ONE, token.encode("utf-8", "replace").decode())


def test_number_is_quoted_in_its_path() -> None:
    assert status_path("50-ABCD-EFGH") == "/p/50-ABCD-EFGH"
    assert "?" not in status_path("a?b#c/../d")
