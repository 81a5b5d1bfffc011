"""Tables of the clients: the sites and programs that may ask people to sign in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.storage.database import JsonList


class RegisteredClient(Model):
    """One client; a secret is kept as its digest, a public client has none."""

    __tablename__ = "client"

    id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    secret_digest: Mapped[str | None] = mapped_column(sa.String(64))
    is_first_party: Mapped[bool]
    require_pkce: Mapped[bool]
    redirect_uris: Mapped[JsonList]
    post_logout_redirect_uris: Mapped[JsonList]
    scopes: Mapped[JsonList]
    id_token_algorithm: Mapped[str] = mapped_column(sa.String(10))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ClientOrigin(Model):
    """An origin whose scripts may call the token and userinfo endpoints for a client."""

    __tablename__ = "client_origin"

    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(sa.String(300), primary_key=True, index=True)
