"""Settings of the identity provider, from IDP_* in the environment or the table [idp] of the file."""

from typing import TYPE_CHECKING, Self, cast
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from idp.kernel.ground.settings import KernelSettings, SettingsConfigDict

if TYPE_CHECKING:  # whoever wants the settings alone, such as rules, does not load Flask with the floor
    from idp.kernel.work.floor import Floor


class ProviderSettings(KernelSettings):
    """What the provider needs beside the floor."""

    model_config = SettingsConfigDict(env_prefix="IDP_", env_nested_delimiter="__", extra="forbid")

    api_audience: str = Field(description="the audience (RFC 9068 §3) of access tokens for the widget's API")
    session_idle_days: int = Field(default=14, ge=1, le=90)
    session_absolute_days: int = Field(default=90, ge=1, le=365)
    pushed_request_seconds: int = Field(default=60, ge=5, le=600, description="life of a request_uri")
    access_token_seconds: int = Field(default=300, ge=60, le=3600)
    refresh_grace_seconds: int = Field(
        default=20, ge=10, le=30, description="how long a used refresh token gives its successor once more"
    )
    assertion_seconds: int = Field(
        default=120, ge=10, le=120, description="how long an assertion about a person may live"
    )
    refresh_idle_days: int = Field(default=30, ge=1, le=30)
    refresh_absolute_days: int = Field(default=365, ge=1, le=730)

    key_days: int = Field(default=90, ge=1, le=730, description="how long a signing key signs")
    key_overlap_minutes: int = Field(
        default=60, ge=10, description="how long a key is published before it signs; copies live 5 minutes"
    )
    staff_second_factor: bool = Field(default=True, description="staff need proofs of more than one kind")
    audit_days: int = Field(default=1095, ge=30, description="how long entries of the audit log are kept")

    deletion_grace_days: int = Field(default=14, ge=1, le=30, description="to think better of leaving")
    operator_name: str = Field(default="iGrajdanin", description="who keeps the data, as acts of it say")
    operator_address: str = Field(default="", description="the postal address of the operator")
    passkey_domain: str = Field(
        default="",
        description="the domain that passkeys belong to: the host of public_url (by default) or one above; "
        "a later change makes all passkeys worthless",
    )

    documentation_url: str = Field(
        default="", description="where partners read how people sign in at their sites; discovery names it"
    )
    registration_open: bool = Field(
        default=False, description="anybody may register a client; else who holds an initial access token"
    )
    registration_requires_pkce: bool = Field(
        default=True, description="of confidential clients that register themselves; of public ones always"
    )
    registrations_per_hour: int = Field(default=30, ge=1, description="from one network address")
    policy_url: str = Field(default="", description="how we treat people's data; discovery names it")
    terms_url: str = Field(default="", description="our terms of use; discovery names them")

    @model_validator(mode="after")
    def _check_passkey_domain(self) -> Self:
        host, domain = urlsplit(self.public_url).hostname or "", self.passkey_domain
        if domain and host != domain and not (host.endswith(f".{domain}") and "." in domain):
            raise ValueError("passkey_domain: the host of public_url, or a domain that it belongs to")
        return self

    @property
    def issuer(self) -> str:
        """The issuer identifier (RFC 8414 §2): the public origin itself."""
        return self.public_url


def settings_of(floor: "Floor") -> ProviderSettings:
    """Give the floor's settings as what they are in this server."""
    return cast(ProviderSettings, floor.settings)
