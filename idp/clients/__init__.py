"""Clients: the sites and programs that may ask people to sign in, and which addresses are theirs.

Leaves to its neighbours: proving that a caller is a client (grants).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .rules import SCOPES, SECRET_METHODS, AuthMethod, Client, ClientMetadata, form_action_source, shown_host

if TYPE_CHECKING:
    from .assertions import use_assertion
    from .cli import clients
    from .documents import Document, MetadataRefused, read_document, write_document
    from .keys import client_keys, verify_client_token
    from .metadata import Door, metadata_of
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
    from .queries import find_client, find_clients, is_enabled_client, is_look_alike, is_registered_origin
    from .routes_cors import allow_registered_origins
    from .sectors import check_sector
    from .service import ClientDraft, change_secret, draft_of, register_client, replace_client, update_client

__all__ = [
    "SCOPES",
    "SECRET_METHODS",
    "AuthMethod",
    "Client",
    "ClientDraft",
    "ClientMetadata",
    "ClientRecord",
    "ClientStateChanged",
    "Document",
    "Door",
    "Mark",
    "MetadataRefused",
    "allow_registered_origins",
    "change_secret",
    "check_sector",
    "client_keys",
    "clients",
    "count_clients",
    "disable_client",
    "draft_of",
    "enable_client",
    "find_client",
    "find_client_record",
    "find_clients",
    "form_action_source",
    "is_enabled_client",
    "is_look_alike",
    "is_registered_origin",
    "list_clients",
    "mark_client",
    "metadata_of",
    "read_document",
    "register_client",
    "replace_client",
    "shown_host",
    "update_client",
    "use_assertion",
    "verify_client_token",
    "write_document",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        assertions=("use_assertion",),
        cli=("clients",),
        documents=(
            "Document",
            "MetadataRefused",
            "read_document",
            "write_document",
        ),
        keys=(
            "client_keys",
            "verify_client_token",
        ),
        metadata=(
            "Door",
            "metadata_of",
        ),
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
            "is_look_alike",
            "is_registered_origin",
        ),
        routes_cors=("allow_registered_origins",),
        sectors=("check_sector",),
        service=(
            "ClientDraft",
            "change_secret",
            "draft_of",
            "register_client",
            "replace_client",
            "update_client",
        ),
    )
