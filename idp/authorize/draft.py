"""An authorization request on its way through the pipeline, and the two ways in which it can be refused.

Until client and redirect address are known to belong together a refusal is a page (`Fault`): sending
an unchecked address anywhere would make us an open redirector. From then on a refusal is
`RequestRefused` and travels back to the client (RFC 6749 §4.1.2.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.clients import Client
from idp.kernel.ground.faults import Malformed
from idp.keys import KeyRing
from idp.sessions import AuthorizationRequest
from idp.settings import ProviderSettings


class RequestUntrusted(Malformed):
    """The request names no client and address of ours; nothing is sent anywhere."""

    code = "sign-in-request-wrong"
    title = "This site has sent a request we cannot answer"
    detail = "The mistake is the site's, not yours. Go back to it, or tell its owner the code below."


class ClientUnknown(RequestUntrusted):
    """No such client, or none named."""

    code = "client-unknown"


class RedirectUnregistered(RequestUntrusted):
    """The redirect address is missing or not one of the client's, letter for letter."""

    code = "redirect-uri-not-registered"


class RequestTooLong(RequestUntrusted):
    """More than anybody needs to ask for a sign-in."""

    code = "sign-in-request-too-long"


class PushedRequestOver(RequestUntrusted):
    """The request that the client has pushed is over, answered, or of another client."""

    code = "pushed-request-over"
    title = "This sign-in is over"
    detail = "Go back to the site you came from and sign in there again."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a request object or an address of one, as the client will be told."""

    error: str
    description: str


@dataclass
class RequestRefused(Exception):
    """A refusal that the client is told at its own address."""

    error: str
    description: str
    redirect_uri: str
    state: str | None
    response_mode: str = "query"


@dataclass(frozen=True)
class World:
    """What steps may look at beside the request."""

    session: Session
    ring: KeyRing
    settings: ProviderSettings
    now: datetime


@dataclass
class Draft:
    """The request so far: what was sent, and what the steps have made of it."""

    sent: Mapping[str, Sequence[str]]
    fault: Fault | None = None
    pushed: str | None = None
    client: Client | None = None
    redirect_uri: str = ""
    response_mode: str = "query"
    scope: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    code_challenge: str | None = None
    claims: tuple[str, ...] = ()
    consent_scope: tuple[str, ...] = ()
    hinted_sub: str | None = None
    ui_language: str | None = None
    acr_values: tuple[str, ...] = ()
    essential_acr: bool = False
    id_token_claims: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    def one(self, name: str) -> str | None:
        """Give a parameter's value; an empty one counts as not sent (RFC 6749 §3.1)."""
        values = self.sent.get(name, ())
        return (values[0] or None) if len(values) == 1 else None

    def known_client(self) -> Client:
        """Give the client that an earlier step has found."""
        if self.client is None:
            raise ClientUnknown
        return self.client

    def refused(self, error: str, description: str) -> RequestRefused:
        """Make the refusal that goes back to the client."""
        return RequestRefused(error, description, self.redirect_uri, self.one("state"), self.response_mode)

    def finished(self) -> AuthorizationRequest:
        """Give the checked request as the value that everything later reads."""
        return AuthorizationRequest(
            client_id=self.known_client().id,
            redirect_uri=self.redirect_uri,
            scope=self.scope,
            state=self.one("state"),
            nonce=self.one("nonce"),
            code_challenge=self.code_challenge,
            prompt=self.prompt,
            max_age=self.max_age,
            login_hint=self.one("login_hint") or "",
            ui_language=self.ui_language,
            claims=self.claims,
            consent_scope=self.consent_scope,
            hinted_sub=self.hinted_sub,
            response_mode=self.response_mode,
            acr_values=self.acr_values,
            essential_acr=self.essential_acr,
            id_token_claims=self.id_token_claims,
            resources=self.resources,
            pushed=self.pushed,
        )
