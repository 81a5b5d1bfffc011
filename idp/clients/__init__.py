"""Clients: the sites and programs that may ask people to sign in, and which addresses are theirs.

Leaves to its neighbours: proving that a caller is a client (grants).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .rules import SCOPES, Client, ClientMetadata, form_action_source, shown_host

if TYPE_CHECKING:
    from .assertions import use_assertion
    from .cli import (
        clients,
    )
    from .keys import client_keys, verify_client_token
    from .operation import (
        ClientRecord,
        ClientStateChanged,
        Mark,
        count_clients,
        disable_client,
        enable_client,
        find_client_record,
        list_clients,
        mark_client,
    )
    from .queries import find_client, find_clients, is_enabled_client, is_registered_origin
    from .routes_cors import allow_registered_origins
    from .service import ClientDraft, register_client, replace_client

__all__ = [
    "SCOPES",
    "Client",
    "ClientDraft",
    "ClientMetadata",
    "ClientRecord",
    "ClientStateChanged",
    "Mark",
    "allow_registered_origins",
    "client_keys",
    "clients",
    "count_clients",
    "disable_client",
    "enable_client",
    "find_client",
    "find_client_record",
    "find_clients",
    "form_action_source",
    "is_enabled_client",
    "is_registered_origin",
    "list_clients",
    "mark_client",
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
        cli=("clients",),
        operation=(
            "ClientRecord",
            "ClientStateChanged",
            "Mark",
            "count_clients",
            "disable_client",
            "enable_client",
            "find_client_record",
            "list_clients",
            "mark_client",
        ),
        queries=(
            "find_client",
            "find_clients",
            "is_enabled_client",
            "is_registered_origin",
        ),
        routes_cors=("allow_registered_origins",),
        service=(
            "ClientDraft",
            "register_client",
            "replace_client",
        ),
    )
