"""What the person who starts the demo asked for: port, folder, names, https."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

LOOPBACK_DOMAIN = "localhost"
IDP, WIDGET = "id.igrajdanin", "widget.igrajdanin"
DOBRO, GOROD, KNIGA, MAILBOX = "dobro", "gorod", "kniga", "mail"
SITES = (IDP, WIDGET, DOBRO, GOROD, KNIGA, MAILBOX)
_YES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True)
class Plan:
    """Where the demo listens, what its sites are called, where it keeps its data."""

    port: int
    folder: Path
    domain: str
    is_tls: bool

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Plan":
        """Read PORT, DATA_DIR, BASE_DOMAIN and TLS; ends the program with a sentence when one is bad."""
        domain = environment.get("BASE_DOMAIN", "").strip().lower().strip(".") or LOOPBACK_DOMAIN
        return cls(
            port=_port(environment.get("PORT", "") or "8000"),
            folder=Path(environment.get("DATA_DIR", "") or ".data").resolve(),
            domain=domain,
            is_tls=_switch(environment.get("TLS", ""), usual=domain != LOOPBACK_DOMAIN),
        )

    @property
    def address(self) -> str:
        """The address to listen on: this machine alone, unless the names are for the network."""
        return "127.0.0.1" if self.domain == LOOPBACK_DOMAIN else "0.0.0.0"  # noqa: S104  # asked for by BASE_DOMAIN

    @property
    def settings_file(self) -> Path:
        """The file of both servers' settings."""
        return self.folder / "settings.toml"

    @property
    def mail_folder(self) -> Path:
        """The folder of outgoing letters."""
        return self.folder / "mail"

    @property
    def log_file(self) -> Path:
        """Where the servers write their lines, so that the terminal keeps the addresses."""
        return self.folder / "demo.log"

    def host(self, site: str) -> str:
        """Give the host name of a site."""
        return f"{site}.{self.domain}"

    def url(self, site: str) -> str:
        """Give the origin of a site."""
        return self._origin(self.host(site))

    @property
    def doorstep(self) -> str:
        """The origin of the bare name, which leads on to the sites."""
        return self._origin(self.domain)

    def _origin(self, host: str) -> str:
        """Give an origin as browsers write it: without the scheme's own port."""
        scheme, usual_port = ("https", 443) if self.is_tls else ("http", 80)
        port = "" if self.port == usual_port else f":{self.port}"
        return f"{scheme}://{host}{port}"


def refuse(*lines: str) -> NoReturn:
    """End the program with a message for the person at the terminal."""
    print("\n".join(lines), file=sys.stderr)
    raise SystemExit(1)


def current_plan() -> Plan:
    """Give the plan of this process's environment."""
    return Plan.of(os.environ)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    refuse(f"PORT={text}: нужен номер порта от 1 до 65535. A port number is needed.")


def _switch(text: str, *, usual: bool) -> bool:
    if not text:
        return usual
    if text.lower() in _YES:
        return _YES[text.lower()]
    refuse(f"TLS={text}: нужно 1 или 0. TLS is 1 or 0.")
