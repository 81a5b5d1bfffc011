"""Clients: the sites and programs that may ask people to sign in, and which addresses are theirs.

Leaves to its neighbours: proving that a caller is a client (grants).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .rules import SCOPES, Client, ClientMetadata, form_action_source, shown_host

if TYPE_CHECKING:
    from .assertions import use_assertion
    from .keys import client_keys, verify_client_token
    from .queries import find_client, find_clients, is_registered_origin
    from .routes_cors import allow_registered_origins
    from .service import ClientDraft, register_client, replace_client

__all__ = [
    "SCOPES",
    "Client",
    "ClientDraft",
    "ClientMetadata",
    "allow_registered_origins",
    "client_keys",
    "find_client",
    "find_clients",
    "form_action_source",
    "is_registered_origin",
    "register_client",
    "replace_client",
    "shown_host",
    "use_assertion",
    "verify_client_token",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        assertions=("use_assertion",),
        keys=(
            "client_keys",
            "verify_client_token",
        ),
        queries=(
            "find_client",
            "find_clients",
            "is_registered_origin",
        ),
        routes_cors=("allow_registered_origins",),
        service=(
            "ClientDraft",
            "register_client",
            "replace_client",
        ),
    )
