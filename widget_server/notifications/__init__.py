"""Notifications: letters to people and services, sent after the commit, each known by its id.

A slice above composes a letter and posts it inside its own transaction; this slice sends it, tries
again when the mail server is away, and keeps a line without personal data of what went out. What a
letter says is the business of who posts it.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .events import Letter

if TYPE_CHECKING:
    from .queries import letters_about
    from .service import post_letter

__all__ = ["Letter", "letters_about", "post_letter"]

if not TYPE_CHECKING:
    __getattr__ = later(__name__, queries=("letters_about",), service=("post_letter",))
