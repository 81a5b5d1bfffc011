"""Tables of the clients: the sites and programs that may ask people to sign in.

A column has the name of its field in `ClientMetadata`, so that registering and reading need no list of
their own.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.storage.database import JsonList, JsonObject

_Uri = sa.String(2000)


class RegisteredClient(Model):
    """One client; secrets are kept as digests, a public client has none, one that changes its secret two."""

    __tablename__ = "client"

    id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    secret_digest: Mapped[str | None] = mapped_column(sa.String(64))
    older_secret_digest: Mapped[str | None] = mapped_column(sa.String(64))
    older_secret_until: Mapped[datetime | None]
    registration_digest: Mapped[str | None] = mapped_column(sa.String(64))
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    application_type: Mapped[str] = mapped_column(sa.String(10))
    is_first_party: Mapped[bool]
    is_verified: Mapped[bool]
    require_pkce: Mapped[bool]
    require_par: Mapped[bool]
    redirect_uris: Mapped[JsonList]
    post_logout_redirect_uris: Mapped[JsonList]
    scopes: Mapped[JsonList]
    grant_types: Mapped[JsonList]
    resources: Mapped[JsonList]
    auth_method: Mapped[str] = mapped_column(sa.String(30))
    auth_algorithm: Mapped[str | None] = mapped_column(sa.String(10))
    jwks: Mapped[JsonObject | None]
    jwks_uri: Mapped[str | None] = mapped_column(_Uri)
    subject_type: Mapped[str] = mapped_column(sa.String(10))
    sector: Mapped[str] = mapped_column(sa.String(300))
    sector_identifier_uri: Mapped[str | None] = mapped_column(_Uri)
    id_token_algorithm: Mapped[str] = mapped_column(sa.String(10))
    userinfo_algorithm: Mapped[str | None] = mapped_column(sa.String(10))
    request_object_algorithm: Mapped[str | None] = mapped_column(sa.String(10))
    default_max_age: Mapped[int | None]
    require_auth_time: Mapped[bool]
    default_acr_values: Mapped[JsonList]
    backchannel_logout_uri: Mapped[str | None] = mapped_column(_Uri)
    backchannel_logout_session_required: Mapped[bool]
    initiate_login_uri: Mapped[str | None] = mapped_column(_Uri)
    client_uri: Mapped[str | None] = mapped_column(_Uri)
    logo_uri: Mapped[str | None] = mapped_column(_Uri)
    policy_uri: Mapped[str | None] = mapped_column(_Uri)
    tos_uri: Mapped[str | None] = mapped_column(_Uri)
    contacts: Mapped[JsonList]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ClientOrigin(Model):
    """An origin whose scripts may call the token and userinfo endpoints for a client."""

    __tablename__ = "client_origin"

    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(sa.String(300), primary_key=True, index=True)


class FetchedKeySet(Model):
    """A key set last fetched from a client's address; `tried_at` keeps us from asking too often."""

    __tablename__ = "client_key_set"

    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"), primary_key=True)
    jwks_uri: Mapped[str] = mapped_column(_Uri)
    document: Mapped[str | None] = mapped_column(sa.Text)
    fetched_at: Mapped[datetime | None]
    tried_at: Mapped[datetime]


class UsedAssertion(Model):
    """A one-time `jti` that a client has used, until the assertion's life is over."""

    __tablename__ = "client_assertion"

    jti_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
