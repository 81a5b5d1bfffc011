"""Random secrets of this installation of the demo, made once and kept in a file only its owner reads.

Nothing secret stands in the repository: a demo that is opened to a network (BASE_DOMAIN) must not
have keys and passwords that everybody can look up.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

_WORDS = (
    *("aist", "bereg", "veter", "gorod", "dozhd", "zarya", "iskra", "kalina", "lodka", "malina"),
    *("nitka", "oblako", "park", "reka", "sosna", "trava", "ulitsa", "fonar", "hutor", "chaika"),
    *("shishka", "yablonya", "most", "klever", "luna", "mayak", "ozero", "pero", "rosa", "stepy"),
)


@dataclass(frozen=True)
class Vault:
    """Keys of servers and sites, secrets of their clients, and the one password of all demo people."""

    idp_key: str
    widget_key: str
    dobro_key: str
    kniga_key: str
    console_secret: str
    kniga_secret: str
    password: str


def open_vault(folder: Path) -> Vault:
    """Give the secrets of a folder; makes those that the folder does not have."""
    path = folder / "secrets.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    vault = Vault(**{**asdict(_new()), **kept})
    if asdict(vault) != kept:
        _write(path, vault)
    return vault


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    draft.replace(path)


def _write(path: Path, vault: Vault) -> None:
    write_private(path, json.dumps(asdict(vault), indent=2).encode())


def _new() -> Vault:
    key = secrets.token_urlsafe
    return Vault(
        idp_key=key(48),
        widget_key=key(48),
        dobro_key=key(48),
        kniga_key=key(48),
        console_secret=key(32),
        kniga_secret=key(32),
        password=_password(),
    )


def _password() -> str:
    """Four of thirty words and four digits: some 33 bits, easy to type on a phone."""
    words = "-".join(secrets.choice(_WORDS) for _ in range(4))
    return f"{words}-{secrets.randbelow(9000) + 1000}"
