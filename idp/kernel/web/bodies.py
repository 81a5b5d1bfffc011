"""How large a body may be: much for a form with files, little for anything that is only words.

Werkzeug bounds the fields of `multipart/form-data` by their memory; a urlencoded form or JSON it
reads whole, so these get a bound of their own before anything reads them (spec C8.7, C8.11).
"""

from flask import Flask, request

LARGEST_WORDS_BYTES = 1024 * 1024


def register_bodies(app: Flask) -> None:
    """Bound the bodies of an app's requests."""
    app.before_request(_bound_words)


def _bound_words() -> None:
    kind = request.headers.get("Content-Type", "").partition(";")[0]
    if kind.strip().lower() != "multipart/form-data":
        request.max_content_length = LARGEST_WORDS_BYTES
