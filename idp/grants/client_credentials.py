"""Client credentials (RFC 6749 §4.4): a confidential client acts for itself, never for a person.

The token's `sub` is the client (RFC 9068 §2.2). It is for the resources that the operator registered
for the client; a client without any gets one that is good at no API, and can only be introspected.
Nothing is written: the token ends within minutes, and a single one is revoked by its name.
"""

from datetime import datetime

from idp.clients import SCOPES, Client
from idp.kernel.work.floor import Floor
from idp.settings import settings_of
from idp.tokens import Issue, audience_of

from .errors import invalid_scope, invalid_target, unauthorized_client
from .requests import TokenRequest
from .rules import Granted


def exchange(request: TokenRequest, client: Client, floor: Floor, *, now: datetime) -> Granted | None:
    """Give the client what it is registered for; raises TokenError for more, and for scopes of people."""
    if client.is_public:
        raise unauthorized_client()
    audience = audience_of(client.resources, request.resources, api_audience=settings_of(floor).issuer)
    if audience is None:
        raise invalid_target()
    return Granted(Issue(client_id=client.id, scope=_scope(request, client), audience=audience))


def _scope(request: TokenRequest, client: Client) -> tuple[str, ...]:
    own = tuple(scope for scope in client.scopes if scope not in SCOPES)
    if request.scope is None:
        return own
    if not set(request.scope) <= set(own):
        raise invalid_scope()
    return request.scope
