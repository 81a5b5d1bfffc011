"""Pure rules of redirect addresses: is the one sent one of the client's (RFC 9700 §2.1, RFC 8252 §7.3).

Letter for letter, with one exception: an app on the person's own machine cannot know its port
beforehand, so for native clients the port of a loopback address is free. Only the addresses count,
127.0.0.1 and [::1]; the name `localhost` may mean another machine (RFC 8252 §8.3).
"""

import re
from collections.abc import Collection

_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[1-9][0-9]{0,4})?(/[!-~]*)?", re.ASCII)


def is_redirect_of(uri: str, registered: Collection[str], *, is_native: bool) -> bool:
    """Say whether an address is a registered one."""
    if uri in registered:
        return True
    sent = _without_port(uri)
    return is_native and sent is not None and any(_without_port(one) == sent for one in registered)


def _without_port(uri: str) -> tuple[str, str] | None:
    """Give a loopback address without its port, or nothing for any other one."""
    found = _LOOPBACK.fullmatch(uri)
    if found is None or any(c in uri for c in "#\\@"):
        return None
    return found[1], found[2] or ""
