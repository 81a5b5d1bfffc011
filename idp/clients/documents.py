"""A client's metadata as it is written: JSON in the words of RFC 7591 §2 and OpenID Connect Registration §2.

One reader for both doors, the command line and dynamic registration, and one writer. Types, sizes and
known values are checked here; what goes together and which addresses may be is `metadata`'s to judge.
Unknown members are ignored and never given back.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from .rules import AuthMethod, Client

Uri = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[!-~]+$")]
Uris = Annotated[list[Uri], Field(max_length=50)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!#-\[\]-~]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Contact = Annotated[str, StringConstraints(max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+$")]
_MOST_SECONDS = 2**31 - 1
# We sign and do not encrypt: to be silent about it would send in clear what a client wants sealed.
_REFUSED = (
    "id_token_encrypted_response_alg",
    "userinfo_encrypted_response_alg",
    "request_object_encryption_alg",
)


class MetadataRefused(Exception):
    """The metadata cannot be registered; a code of RFC 7591 §3.2.2 and a sentence that names the member."""

    def __init__(self, description: str, error: str = "invalid_client_metadata") -> None:
        super().__init__(description)
        self.error, self.description = error, description


class Document(BaseModel):
    """The members that we know, with the defaults of the standards."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    application_type: Literal["web", "native"] = "web"
    redirect_uris: Uris = []
    post_logout_redirect_uris: Uris = []
    response_types: list[str] | None = None
    grant_types: Annotated[list[Word], Field(min_length=1, max_length=10)] = ["authorization_code"]
    client_name: Name | None = None
    client_name_ru: Annotated[Name | None, Field(alias="client_name#ru")] = None
    client_name_en: Annotated[Name | None, Field(alias="client_name#en")] = None
    client_uri: Uri | None = None
    logo_uri: Uri | None = None
    policy_uri: Uri | None = None
    tos_uri: Uri | None = None
    contacts: Annotated[list[Contact], Field(max_length=10)] = []
    scope: Annotated[str, StringConstraints(max_length=1000)] | None = None
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"  # noqa: S105  # the name of a method
    token_endpoint_auth_signing_alg: Literal["RS256", "PS256", "ES256", "EdDSA", "Ed25519"] | None = None
    jwks: dict[str, Any] | None = None
    jwks_uri: Uri | None = None
    subject_type: Literal["public", "pairwise"] = "public"
    sector_identifier_uri: Uri | None = None
    id_token_signed_response_alg: Literal["RS256", "ES256"] = "RS256"  # noqa: S105  # an algorithm
    userinfo_signed_response_alg: Literal["RS256", "ES256"] | None = None
    request_object_signing_alg: Literal["RS256", "PS256", "ES256"] | None = None
    default_max_age: Annotated[int, Field(ge=0, le=_MOST_SECONDS)] | None = None
    require_auth_time: bool = False
    default_acr_values: Annotated[list[Word], Field(max_length=10)] = []
    initiate_login_uri: Uri | None = None
    backchannel_logout_uri: Uri | None = None
    backchannel_logout_session_required: bool = False
    require_pushed_authorization_requests: bool = False


def read_document(document: Mapping[str, Any]) -> Document:
    """Read the members of a document; raises MetadataRefused. A null is as good as none (RFC 7592 §2.2)."""
    present = {name: value for name, value in document.items() if value is not None}
    if "software_statement" in present:  # we trust no issuer of them (RFC 7591 §2.3, spec C4.11)
        raise MetadataRefused("software statements are not accepted", "unapproved_software_statement")
    unwanted = next((name for name in _REFUSED if name in present), None)
    if unwanted or present.get("dpop_bound_access_tokens"):
        raise MetadataRefused(f"{unwanted or 'dpop_bound_access_tokens'} is not supported")
    try:
        return Document.model_validate(present)
    except ValidationError as error:
        raise _refusal(error) from None


def write_document(client: Client) -> dict[str, Any]:
    """Give a client's metadata in the words of the standards; what there is none of is left out."""
    told = {**_names(client), **_ways(client), **_sending(client), **_showing(client)}
    return {name: value for name, value in told.items() if value not in (None, [], "")}


def _refusal(error: ValidationError) -> MetadataRefused:
    """Name the member that is wrong, and nothing of what was sent."""
    member = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
    code = "invalid_redirect_uri" if member == "redirect_uris" else "invalid_client_metadata"
    return MetadataRefused(f"the value of {member} is not acceptable", code)


def _names(client: Client) -> dict[str, Any]:
    if client.name_ru == client.name_en:
        return {"client_name": client.name_en}
    return {
        "client_name": client.name_en, "client_name#ru": client.name_ru, "client_name#en": client.name_en,
    }  # fmt: skip


def _ways(client: Client) -> dict[str, Any]:
    """Give where the client lives and how it proves itself."""
    return {
        "application_type": client.application_type,
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "response_types": ["code"] if "authorization_code" in client.grant_types else None,
        "grant_types": list(client.grant_types),
        "scope": " ".join(client.scopes),
        "token_endpoint_auth_method": client.auth_method,
        "token_endpoint_auth_signing_alg": client.auth_algorithm,
        "jwks": dict(client.jwks) if client.jwks else None,
        "jwks_uri": client.jwks_uri,
        "require_pushed_authorization_requests": client.require_par,
    }


def _sending(client: Client) -> dict[str, Any]:
    """Give what the client wants to be told, and how."""
    return {
        "subject_type": client.subject_type,
        "sector_identifier_uri": client.sector_identifier_uri,
        "id_token_signed_response_alg": client.id_token_algorithm,
        "userinfo_signed_response_alg": client.userinfo_algorithm,
        "request_object_signing_alg": client.request_object_algorithm,
        "default_max_age": client.default_max_age,
        "require_auth_time": client.require_auth_time,
        "default_acr_values": list(client.default_acr_values),
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "backchannel_logout_session_required": client.backchannel_logout_session_required,
    }


def _showing(client: Client) -> dict[str, Any]:
    """Give what people are shown of the client."""
    return {
        "initiate_login_uri": client.initiate_login_uri,
        "client_uri": client.client_uri,
        "logo_uri": client.logo_uri,
        "policy_uri": client.policy_uri,
        "tos_uri": client.tos_uri,
        "contacts": list(client.contacts),
    }
