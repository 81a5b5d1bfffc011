"""Rate limits of traffic, by the `limits` library: in memory here, Redis where many processes share.

Counters that guard sign-in live in the database instead, see `guards`. The strategy's name is in
the key's prefix, so that changing it never reads another strategy's counts.
"""

import time
from ipaddress import IPv6Address, ip_address
from typing import cast

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ..ground.faults import TooMany

_IPV6_SITE_BITS = 64


def register_limits(app: Flask) -> None:
    """Give an app its own counters."""
    app.extensions["limiter"] = MovingWindowRateLimiter(MemoryStorage())


def check_limit(name: str, rate: str, *keys: str) -> None:
    """Count one hit of `name` for these keys; raise TooMany when the rate, such as "10/minute", is passed."""
    item, identifiers = parse(rate), ("moving", name, *keys)
    if not _limiter().hit(item, *identifiers):
        raise _too_many(item, identifiers)


def check_not_passed(name: str, rate: str, *keys: str) -> None:
    """Raise TooMany when the rate is reached already, and count nothing: for doors that count failures."""
    item, identifiers = parse(rate), ("moving", name, *keys)
    if not _limiter().test(item, *identifiers):
        raise _too_many(item, identifiers)


def _limiter() -> MovingWindowRateLimiter:
    return cast(MovingWindowRateLimiter, current_app.extensions["limiter"])


def _too_many(item: RateLimitItem, identifiers: tuple[str, ...]) -> TooMany:
    reset = _limiter().get_window_stats(item, *identifiers).reset_time
    return TooMany(retry_after_seconds=max(1, int(reset - time.time()) + 1))


def peer() -> str:
    """Give the asker's network address for counting: IPv6 by its /64 (spec C6.11)."""
    text = request.remote_addr or "unknown"
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)  # how a dual-stack socket shows an IPv4 peer
    if isinstance(address, IPv6Address):
        return f"{int(address) >> (128 - _IPV6_SITE_BITS):x}::/64"
    return str(address)
