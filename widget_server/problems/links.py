"""The capabilities of problems: confirming an e-mail, a service's door to one report."""

from urllib.parse import quote
from uuid import UUID

from idp.kernel.crypto.capabilities import Capabilities

_CONFIRM, _SERVICE = "confirm-report", "service-link"


def confirm_path(capabilities: Capabilities, reporter_id: UUID) -> str:
    """Give the path of the page that confirms a guest's e-mail."""
    return f"/confirm/{reporter_id}/{capabilities.mint(_CONFIRM, str(reporter_id))}"


def fits_confirm(capabilities: Capabilities, reporter_id: UUID, token: str) -> bool:
    """Say whether a token is the one of this reporter's confirmation."""
    return capabilities.fits(token, _CONFIRM, str(reporter_id))


def service_path(capabilities: Capabilities, link_id: UUID) -> str:
    """Give the path by which a service opens its report."""
    return f"/s/{link_id}/{capabilities.mint(_SERVICE, str(link_id))}"


def fits_service(capabilities: Capabilities, link_id: UUID, token: str) -> bool:
    """Say whether a token is the one of this service link."""
    return capabilities.fits(token, _SERVICE, str(link_id))


def status_path(number: str) -> str:
    """Give the path of a problem's public page."""
    return f"/p/{quote(number)}"
