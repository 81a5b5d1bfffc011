"""Sector identifiers: sites of one owner that get the same pairwise subjects (OpenID Connect Core §8.1).

The owner shows at an https address that all the redirect addresses are theirs. It is fetched once, at
registration, before any unit of work; what it answered is told to nobody (spec C5.6).
"""

from collections.abc import Collection
from typing import Any

import orjson
import structlog

from idp.kernel.outside.http import FetchError
from idp.kernel.work.floor import Floor

from .documents import MetadataRefused

log = structlog.get_logger("clients")


def check_sector(floor: Floor, uri: str | None, redirect_uris: Collection[str]) -> None:
    """Check that an address lists every redirect address (OpenID Connect Registration §5) or refuse."""
    if uri is None:
        return
    listed = _listed(floor, uri)
    if not isinstance(listed, list) or not all(one in listed for one in redirect_uris):
        raise MetadataRefused("sector_identifier_uri does not list every one of redirect_uris")


def _listed(floor: Floor, uri: str) -> Any:
    try:
        answer = floor.http.get(uri, accept="application/json")
        return orjson.loads(answer.body) if answer.status == 200 else None
    except (FetchError, ValueError) as error:
        log.warning("sector_not_read", why=type(error).__name__)
        return None
