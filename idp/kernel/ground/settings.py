"""Typed settings, read once at start from the environment and an optional TOML file.

The environment wins over the file named by SETTINGS_FILE, in which each server has a table of its
own. A bad value or combination refuses to start, and the refusal lists every fault at once.
"""

import os
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

SHORTEST_SECRET = 32
LANGUAGES = ("ru", "en")


class MailSettings(BaseModel):
    """Where outgoing mail goes: a folder of .eml files, or a server by SMTP."""

    folder: Path | None = None
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True
    sender: str = "iGrajdanin <no-reply@igrajdanin.localhost>"


class SmsSettings(BaseModel):
    """Where outgoing SMS go: a gateway over HTTP, or the folder of the letters while there is none."""

    gateway_url: str = ""
    gateway_token: SecretStr = SecretStr("")
    sender: str = "iGrajdanin"
    regions: tuple[str, ...] = Field(
        default=("RU", "BY", "KZ", "AM", "KG"),
        description="countries whose numbers we write to: the dear ones far away are whom a fraud would name",
    )
    most_an_hour: int = Field(default=2000, ge=1, description="messages to everybody together")


class KernelSettings(BaseSettings):
    """What every server of the product needs to know; each server's own class adds to it."""

    secret_key: SecretStr
    secret_key_fallbacks: tuple[SecretStr, ...] = ()
    database_url: str
    data_dir: Path
    public_url: str = Field(
        description="origin under which people reach this server, without a slash at the end"
    )
    allow_plain_http: bool = Field(
        default=False, description="only for loopback names: the demo and the tests"
    )
    strict_transport: bool = Field(
        default=True, description="promise https for two years; off where the same names also serve http"
    )
    trusted_proxies: int = Field(default=0, ge=0, le=5, description="proxies in front that set X-Forwarded-*")
    operator_hosts: dict[str, str] = Field(
        default_factory=dict, description="host -> address, for our own calls"
    )
    operator_authority: Path | None = Field(
        default=None, description="a certificate to trust beside the public ones in our own calls"
    )
    mail: MailSettings = MailSettings()
    sms: SmsSettings = SmsSettings()
    embedded_worker: bool = True
    log_format: str = Field(default="json", pattern="^(json|lines)$")

    @property
    def host(self) -> str:
        """The host name (with port, if any) of `public_url`."""
        return urlsplit(self.public_url).netloc

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: given in code, environment, file of secrets, TOML table of this server."""
        sources = (init_settings, env_settings, file_secret_settings)
        file = os.environ.get("SETTINGS_FILE")
        if not file:
            return sources
        table = str(cls.model_config.get("env_prefix", "")).lower().strip("_")
        return (*sources, TomlConfigSettingsSource(settings_cls, Path(file), toml_table_header=(table,)))

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        faults = [*self._secret_faults(), *self._address_faults()]
        if self.mail.folder is None and not self.mail.smtp_host:
            faults.append("mail: either a folder or an smtp_host is needed")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _secret_faults(self) -> list[str]:
        secrets = [self.secret_key, *self.secret_key_fallbacks]
        if any(len(s.get_secret_value()) < SHORTEST_SECRET for s in secrets):
            return [f"secret_key: at least {SHORTEST_SECRET} characters, from a random source"]
        return []

    def _address_faults(self) -> list[str]:
        url = urlsplit(self.public_url)
        faults = []
        if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query:
            faults.append("public_url: an origin such as https://id.example, without a path")
        if url.scheme == "http" and not self.allow_plain_http:
            faults.append("public_url: https, or set allow_plain_http for a demo on this machine")
        return faults


class SettingsRefused(SystemExit):
    """The server does not start; the text lists all that is wrong with its settings."""


Settings = TypeVar("Settings", bound=KernelSettings)


def load(kind: type[Settings]) -> Settings:
    """Read a server's settings; end the program with the list of all faults when they are bad."""
    try:
        return kind()
    except ValidationError as error:
        prefix = str(kind.model_config.get("env_prefix", ""))
        lines = [
            f"  {prefix}{'.'.join(map(str, e['loc'])).upper() or '*'}: {e['msg']}" for e in error.errors()
        ]
        raise SettingsRefused("These settings are refused:\n" + "\n".join(lines)) from None


__all__ = [
    "LANGUAGES",
    "KernelSettings",
    "MailSettings",
    "SettingsConfigDict",
    "SettingsRefused",
    "SmsSettings",
    "load",
]
