"""Who may frame the widget: exact origins only, closed by default."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Diagnosis(StrEnum):
    """Why a page may not show the widget; the page that says so is the same for all (see the frame)."""

    UNKNOWN_KEY = "unknown-key"
    DISABLED = "disabled"
    WRONG_ORIGIN = "wrong-origin"


@dataclass(frozen=True, slots=True)
class HostConfig:
    """A partner as the frame needs it: who it is, who may frame us for it, where its map begins."""

    partner_id: UUID
    key: str
    name_ru: str
    name_en: str
    origins: tuple[str, ...]
    language: str
    lon: float
    lat: float
    zoom: int

    def name(self, language: str) -> str:
        """Give the partner's name in a language."""
        return self.name_en if language == "en" else self.name_ru


def normal_origin(text: str) -> str | None:
    """Give the serialised origin (RFC 6454 §6.2) of a URL, or nothing when it has none.

    Only the exact scheme, host and port count: no patterns, no suffixes (spec C7.2).
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    suffix = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


def diagnose(host: HostConfig | None, *, is_enabled: bool, referer: str | None) -> Diagnosis | None:
    """Say what is wrong with an embedding, or nothing when the frame may be shown.

    A missing Referer proves nothing: the frame then goes out with strict `frame-ancestors`, and the
    browser refuses a foreign page by itself.
    """
    if host is None:
        return Diagnosis.UNKNOWN_KEY
    if not is_enabled:
        return Diagnosis.DISABLED
    if referer and normal_origin(referer) not in host.origins:
        return Diagnosis.WRONG_ORIGIN
    return None
