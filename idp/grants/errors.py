"""Errors of the token endpoint (RFC 6749 §5.2)."""


class TokenError(Exception):
    """A refusal with its registered code; the description stays inside RFC 6749's characters."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


def invalid_request(description: str) -> TokenError:
    """Say that the request itself is wrong."""
    return TokenError("invalid_request", description)


def invalid_grant() -> TokenError:
    """Say that code, token or assertion is not good; why is told to nobody who may be guessing."""
    return TokenError("invalid_grant", "it is unknown, used, over, or not meant for this request")


def invalid_scope() -> TokenError:
    """Say that more was asked than was granted, or than such a grant can give (RFC 6749 §5.2)."""
    return TokenError("invalid_scope", "the scope is unknown or more than was granted")


def invalid_target() -> TokenError:
    """Say that a resource is unknown or was not granted (RFC 8707 §2)."""
    return TokenError("invalid_target", "the resource is unknown or was not granted")


def unauthorized_client() -> TokenError:
    """Say that the client is not registered for this kind of grant."""
    return TokenError("unauthorized_client", "the client may not use this grant type")


def unsupported_grant_type() -> TokenError:
    """Say that there is no such kind of grant here; the names of the others are in the metadata."""
    return TokenError("unsupported_grant_type", "this grant type is not known here")


def invalid_client() -> TokenError:
    """Say that the client is not who it says; the same for an unknown one and a wrong secret (spec C4.1)."""
    return TokenError("invalid_client", "client authentication failed", status=401)
