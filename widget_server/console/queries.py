"""The names a page needs, read together with what it shows."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from widget_server.console.naming import Names
from widget_server.routing import Catalogue, authorities, authority_by_code


def names_for(session: Session, catalogue: Catalogue, mentioned: Iterable[str], *, language: str) -> Names:
    """Give the names in a language; `mentioned` are services on the page, some perhaps switched off."""
    offered = authorities(session)
    missing = {code for code in mentioned if code} - {own.card.code for own in offered}
    old = [found for code in sorted(missing) if (found := authority_by_code(session, code))]
    return Names(catalogue, offered, old, language=language)
