"""Surfaces: the few classes of answer that a server gives, each with its own headers and manners.

A blueprint declares its surface once; from it follow the security headers, whether forms are
guarded by the CSRF cookie, and whether a fault is a page or a problem document. A route can only
loosen what it names: who may frame it, where its form may lead.

| surface | for | framed by | COOP | stored by caches | guarded forms |
|---|---|---|---|---|---|
| PAGE | people, top level | nobody | same-origin | no | CSRF token |
| POPUP | the sign-in chain | nobody | none: it would cut the opener | no | CSRF token |
| FRAME | the widget in partners' pages | the partner | – | no | form tokens of its own, no cookies |
| CAPABILITY | pages opened by a secret link | nobody | same-origin | no | the link itself, and the origin |
| API | programs | nobody | – | as the route says | – |
| ASSET | files with a hash in their name | – | – | for a year | – |
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request


class Surface(Enum):
    """A class of answers."""

    PAGE = "page"
    POPUP = "popup"
    FRAME = "frame"
    CAPABILITY = "capability"
    API = "api"
    ASSET = "asset"


COOKIE_SURFACES = frozenset({Surface.PAGE, Surface.POPUP})
_HTML_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_BARE_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
_FRAME_PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
HSTS_SECONDS = 2 * 365 * 24 * 3600


def surface(blueprint: Blueprint, kind: Surface) -> Blueprint:
    """Declare the surface of a blueprint's routes; without a declaration they are PAGEs."""
    blueprint.record_once(lambda state: _register(cast(Flask, state.app), blueprint.name, kind))
    return blueprint


def current_surface() -> Surface:
    """Give the surface of the route that serves this request; where there is none, of its neighbours."""
    known = cast("dict[str, Surface]", current_app.extensions.get("surfaces", {}))
    blueprint = request.blueprint if request.url_rule else _blueprint_around()
    return known.get(blueprint or "", Surface.PAGE)


def allow_framing_by(origins: Iterable[str]) -> None:
    """Let these origins, and no others, show the present answer in a frame (CSP Level 3 §6.4.2)."""
    _policy()["frame-ancestors"] = " ".join(origins) or "'none'"


def allow_source(directive: str, *sources: str) -> None:
    """Widen one directive of the present answer's content policy by exact sources."""
    policy = _policy()
    base = policy.get(directive, _HTML_POLICY.get(directive, "'self'"))
    policy[directive] = " ".join([base, *[s for s in sources if s not in base.split()]])


def add_security_headers(response: Response) -> Response:
    """Set the headers of the surface; runs after every answer, errors included (spec C10.1)."""
    kind, headers = current_surface(), response.headers
    if "content_policy" in g:
        headers.setdefault("Content-Security-Policy", _render(kind, _policy()))
    said = {name.lower() for name, _ in headers}
    for key, name, value in _headers_of(kind, is_strict=_is_strict()):
        if key not in said:
            headers.add(name, value)
    if kind in COOKIE_SURFACES:
        headers.add("Vary", "Cookie")
    return response


def _register(app: Flask, name: str, kind: Surface) -> None:
    app.extensions.setdefault("surfaces", {})[name] = kind


def _blueprint_around() -> str | None:
    """Give the blueprint that serves the address by another method, or whose prefix the address has."""
    methods = getattr(request.routing_exception, "valid_methods", None)
    adapter = current_app.create_url_adapter(request) if methods else None
    if methods and adapter:
        endpoint, _ = adapter.match(method=next(iter(methods)))
        return str(endpoint).rpartition(".")[0]
    prefixed = {b.url_prefix: b.name for b in current_app.blueprints.values() if b.url_prefix}
    around = [prefix for prefix in prefixed if request.path.startswith(prefix + "/")]
    return prefixed[max(around, key=len)] if around else None


def _policy() -> dict[str, str]:
    if "content_policy" not in g:
        g.content_policy = {}
    return cast("dict[str, str]", g.content_policy)


def _is_strict() -> bool:
    return request.is_secure and bool(current_app.config["STRICT_TRANSPORT"])


@cache
def _headers_of(kind: Surface, *, is_strict: bool) -> Sequence[tuple[str, str, str]]:
    """Give the headers of a surface where a route has not said otherwise: key, name, value."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": _render(kind, {}),
        "Cache-Control": "no-store",
    }
    if is_strict:
        headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
    if kind is not Surface.ASSET:
        headers["Permissions-Policy"] = _FRAME_PERMISSIONS if kind is Surface.FRAME else _PERMISSIONS
    if kind in (Surface.PAGE, Surface.CAPABILITY):
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return tuple((name.lower(), name, value) for name, value in headers.items())


def _render(kind: Surface, widened: Mapping[str, str]) -> str:
    base = _BARE_POLICY if kind in (Surface.API, Surface.ASSET) else _HTML_POLICY
    return "; ".join(f"{name} {value}" for name, value in {**base, **widened}.items())
