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
    """Say that the code is not good; why is told to nobody who may be guessing."""
    return TokenError("invalid_grant", "the code is unknown, used, over, or not meant for this request")


def invalid_client() -> TokenError:
    """Say that the client is not who it says; the same for an unknown one and a wrong secret (spec C4.1)."""
    return TokenError("invalid_client", "client authentication failed", status=401)
