"""Everything that is kept about a person, as one archive: JSON for programs, one page for people.

File names are fixed, so that nothing a person has entered becomes a path (spec C8.9). Left out are
digests and secrets: they tell nothing and open everything.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from idp.accounts import Person
from idp.factors import App, Device
from idp.passkeys import RegisteredPasskey
from idp.sessions import LiveSession

from .routes_activity import Happening
from .routes_sites import ConnectedSite
from .words import browser_words


@dataclass(frozen=True, slots=True)
class Everything:
    """What there is to hand out."""

    person: Person
    sessions: Sequence[LiveSession]
    sites: Sequence[ConnectedSite]
    happenings: Sequence[Happening]
    passkeys: Sequence[RegisteredPasskey]
    app: App | None
    devices: Sequence[Device]


def archive(everything: Everything, readable: str, *, made_at: datetime) -> bytes:
    """Give the archive; `readable` is the page for people, already drawn."""
    files = {name: _json(content) for name, content in _contents(everything).items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in {"README.html": readable.encode(), **files}.items():
            package.writestr(zipfile.ZipInfo(name, made_at.timetuple()[:6]), data)
    return buffer.getvalue()


def _contents(everything: Everything) -> dict[str, Any]:
    person = everything.person
    return {
        "profile.json": {"sub": person.sub, "level": person.level, **person.standard_claims()},
        "sessions.json": [
            {
                "id": one.id,
                "browser": browser_words(one.browser),
                "user_agent": one.browser,
                "signed_in_at": one.auth_time,
                "last_seen_at": one.last_seen_at,
            }
            for one in everything.sessions
        ],
        "sites.json": everything.sites,
        "activity.json": everything.happenings,
        "security.json": {
            "passkeys": [
                {"name": one.name, "created_at": one.created_at, "last_used_at": one.last_used_at}
                for one in everything.passkeys
            ],
            "app": everything.app,
            "remembered_devices": everything.devices,
        },
    }


def _json(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
