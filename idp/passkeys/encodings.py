"""Base64url without padding (RFC 4648 §5), in which browsers and we exchange bytes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def to_base64url(data: bytes) -> str:
    """Give bytes as base64url."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Give the bytes that base64url spells; raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
