"""Answers to the client at its redirect address (RFC 6749 §4.1.2), each with `iss` (RFC 9207 §2).

The registered address is kept to the letter, a query of its own included; `state` comes back exactly.
"""

from urllib.parse import quote, urlencode

from idp.sessions import AuthorizationRequest

from .draft import RequestRefused


def success_url(request: AuthorizationRequest, code: str, *, issuer: str) -> str:
    """Give the address that carries the code."""
    return _with_query(request.redirect_uri, {"code": code, "state": request.state, "iss": issuer})


def refusal_url(refused: RequestRefused, *, issuer: str) -> str:
    """Give the address that carries an error."""
    answer = {
        "error": refused.error,
        "error_description": refused.description,
        "state": refused.state,
        "iss": issuer,
    }
    return _with_query(refused.redirect_uri, answer)


def _with_query(uri: str, answer: dict[str, str | None]) -> str:
    sent = {name: value for name, value in answer.items() if value is not None}
    joint = "&" if "?" in uri else "?"
    return f"{uri}{joint}{urlencode(sent, quote_via=quote, safe='')}"
