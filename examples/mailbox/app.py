"""Lists the .eml files of a folder, newest first, and shows the text of one.

A letter is shown as text, never as HTML, so nothing in it can act. Settings: MAILBOX_FOLDER and, when
the demo serves https, MAILBOX_AUTHORITY, the certificate to trust on a phone.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_binary_file, policy
from pathlib import Path

from flask import Flask, Response, abort, jsonify, render_template, send_file

MOST_SHOWN = 200


@dataclass(frozen=True)
class Letter:
    """A letter as the pages show it."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str


def create_app(settings: Mapping[str, str] | None = None) -> Flask:
    """Build the mailbox from MAILBOX_* in the environment, or from the same names without MAILBOX_."""
    given = settings or {name: os.environ.get(f"MAILBOX_{name}", "") for name in ("FOLDER", "AUTHORITY")}
    folder, authority = Path(given["FOLDER"]), given["AUTHORITY"]
    app = Flask(__name__)
    app.after_request(_protect)
    app.context_processor(lambda: {"has_authority": bool(authority)})
    app.add_url_rule("/", "letters", lambda: _list(folder))
    app.add_url_rule("/letters/<name>", "letter", lambda name: _show(folder, name))
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ready"))
    if authority:
        app.add_url_rule("/ca.crt", "authority", lambda: _authority(authority))
    return app


def letters(folder: Path) -> Iterator[Letter]:
    """Give the folder's letters, newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    return (read(path) for path in files[:MOST_SHOWN])


def read(path: Path) -> Letter:
    """Read one letter."""
    with path.open("rb") as file:
        message = message_from_binary_file(file, policy=policy.default)
    body = message.get_body(preferencelist=("plain",))
    return Letter(
        name=path.stem,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or "(без темы)"),
        sent_at=datetime.fromtimestamp(path.stat().st_mtime).astimezone(),
        text=str(body.get_content()) if body else "",
    )


def _list(folder: Path) -> str:
    return render_template("letters.html", letters=list(letters(folder)))


def _show(folder: Path, name: str) -> str:
    path = folder / f"{name}.eml"
    if path not in set(
        folder.glob("*.eml")
    ):  # only what the list shows: a name cannot lead out of the folder
        abort(404)
    return render_template("letter.html", letter=read(path))


def _authority(path: str) -> Response:
    return send_file(path, mimetype="application/x-x509-ca-cert", download_name="igrajdanin-demo-ca.crt")


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
