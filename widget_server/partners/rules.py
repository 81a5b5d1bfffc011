"""Who may frame the widget: exact origins only, closed by default."""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address
from urllib.parse import urlsplit
from uuid import UUID

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_ORIGIN = 255
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_SPELLED_TWO_WAYS = frozenset("ßς\u200c\u200d")  # IDNA 2003 and browsers spell these differently


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


def is_key(text: str) -> bool:
    """Say whether a text may be a partner's public key: it stands in addresses and snippets."""
    return _KEY.fullmatch(text) is not None


def normal_origin(text: str) -> str | None:
    """Give the serialised origin (RFC 6454 §6.2) of a URL, or nothing when it has none.

    Only the exact scheme, host and port count: no patterns, no suffixes, no final dot (spec C7.2).
    What comes out is fit for a header: a name is in ASCII.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    host = _ascii_host(parts.hostname)
    suffix = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    origin = f"{parts.scheme}://{host}{suffix}"
    return origin if host and len(origin) <= _LONGEST_ORIGIN else None


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


def _ascii_host(host: str) -> str | None:
    """Give a host as browsers write it, or nothing when it is none."""
    try:
        if ":" in host:
            return None if "%" in host else f"[{IPv6Address(host).compressed}]"
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return None
    return ascii_host if _HOST.fullmatch(ascii_host) and not _SPELLED_TWO_WAYS & set(host) else None
