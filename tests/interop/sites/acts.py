"""Serves what a library does as pages: the same acts at the same paths for every library in Python."""

import os
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, make_server

from flask import Flask, jsonify, redirect, request
from werkzeug.wrappers import Response

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
SITE = os.environ["SITE"]
CALLBACK = f"{SITE}/callback"
SIGNED_OUT = f"{SITE}/signed-out"
SCOPE = "openid profile email offline_access"

Told = dict[str, Any]
"""What a library has learnt: `tokens`, `claims` of the ID token, `userinfo`."""


class Library(Protocol):
    """What a library is asked to do for the one person of a test."""

    def login(self) -> str: ...
    def callback(self, url: str) -> Told: ...
    def refresh(self) -> Told: ...
    def revoke(self) -> int: ...
    def logout(self) -> str: ...


def serve(library: Library) -> None:
    """Serve a library's acts until the process is ended."""
    app, told = Flask(__name__), dict[str, Any]()

    @app.get("/")
    def home() -> Response:
        return jsonify(told)

    @app.get("/login")
    def login() -> Response:
        return redirect(library.login())

    @app.get("/callback")
    def callback() -> Response:
        told.update(library.callback(f"{CALLBACK}?{request.query_string.decode()}"))
        return redirect("/")

    @app.get("/refresh")
    def refresh() -> Response:
        told.update(library.refresh())
        return redirect("/")

    @app.get("/revoke")
    def revoke() -> Response:
        return jsonify(status=library.revoke())

    @app.get("/logout")
    def logout() -> Response:
        return redirect(library.logout())

    @app.get("/signed-out")
    def signed_out() -> Response:
        return jsonify(state=request.args.get("state"))

    make_server("127.0.0.1", int(os.environ["PORT"]), app, handler_class=_Quiet).serve_forever()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing: Flask says what fails."""
