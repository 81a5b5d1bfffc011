"""Answers to the client at its redirect address (RFC 6749 §4.1.2), each with `iss` (RFC 9207 §2).

The registered address is kept to the letter, a query of its own included; `state` comes back exactly.
How an answer travels is the request's `response_mode`: in the query, or in the body of a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from idp.sessions import AuthorizationRequest

from .draft import RequestRefused


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client is told, where, and in which way."""

    redirect_uri: str
    parameters: Mapping[str, str]
    response_mode: str

    @property
    def url(self) -> str:
        """The address that carries the answer in its query."""
        joint = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{joint}{urlencode(self.parameters, quote_via=quote, safe='')}"


def success(request: AuthorizationRequest, code: str, *, issuer: str) -> Answer:
    """Give the answer with a code."""
    sent = _sent({"code": code, "state": request.state, "iss": issuer})
    return Answer(request.redirect_uri, sent, request.response_mode)


def refusal(refused: RequestRefused, *, issuer: str) -> Answer:
    """Give the answer with an error."""
    told = {
        "error": refused.error,
        "error_description": refused.description,
        "state": refused.state,
        "iss": issuer,
    }
    return Answer(refused.redirect_uri, _sent(told), refused.response_mode)


def _sent(answer: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in answer.items() if value is not None}
