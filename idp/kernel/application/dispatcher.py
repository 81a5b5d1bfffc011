"""The host dispatcher: several WSGI applications behind one port, told apart by host name.

The applications are named in settings (host name → import string of a factory), so neither server
imports the other. In production each server is a deployment of its own and this is not used.
"""

import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class HostDispatcher:
    """A WSGI application that hands each request to the application of its host."""

    def __init__(self, applications: "Mapping[str, WSGIApplication]") -> None:
        self._applications = {host.lower(): one for host, one in applications.items()}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request, or say that no such host is known (spec C6.16)."""
        host = str(environ.get("HTTP_HOST", "")).partition(":")[0].lower().rstrip(".")
        application = self._applications.get(host)
        if application is None:
            return _unknown_host(start_response)
        return application(environ, start_response)


def load_applications(targets: Mapping[str, str]) -> "dict[str, WSGIApplication]":
    """Build the applications from their import strings, such as `idp.app:create_app`."""
    return {host: _factory(target)() for host, target in targets.items()}


def _factory(target: str) -> "Callable[[], WSGIApplication]":
    module, _, name = target.partition(":")
    return cast("Callable[[], WSGIApplication]", getattr(importlib.import_module(module), name))


def _unknown_host(start_response: "StartResponse") -> list[bytes]:
    body = b"No site of that name is served here.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("400 Bad Request", [*headers, ("X-Content-Type-Options", "nosniff")])
    return [body]
