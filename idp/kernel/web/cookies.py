"""Cookies of people's pages: `__Host-`, HttpOnly, Secure, SameSite=Lax, path `/`, a bounded life.

The prefix keeps another host of the site from planting one (RFC 6265bis §4.1.3.2). The widget's
frame uses no cookies at all.
"""

from flask import Response, request

_PREFIX = "__Host-"


def host_cookie(name: str) -> str | None:
    """Give the value of one of our cookies in this request."""
    return request.cookies.get(_PREFIX + name)


def set_host_cookie(response: Response, name: str, value: str, *, max_age_seconds: int | None) -> None:
    """Set one of our cookies; without a life it ends with the browser."""
    response.set_cookie(
        _PREFIX + name, value, max_age=max_age_seconds, secure=True, httponly=True, samesite="Lax", path="/"
    )


def drop_host_cookie(response: Response, name: str) -> None:
    """Take one of our cookies back."""
    response.delete_cookie(_PREFIX + name, secure=True, httponly=True, samesite="Lax", path="/")
