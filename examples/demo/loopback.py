"""Names under .localhost for the sites of the demo that call the provider themselves.

Browsers lead such names to this machine (RFC 6761 §6.3), the system's resolver often does not. The two
servers do not depend on it: their guarded client has the operator's map of hosts.
"""

import socket
from typing import Any

ADDRESS = "127.0.0.1"


def resolve_loopback_names() -> None:
    """Let this process find every name under .localhost on this machine."""
    resolve = socket.getaddrinfo

    def resolve_as_browsers(host: Any, *arguments: Any, **named: Any) -> Any:
        is_here = isinstance(host, str) and host.endswith(".localhost")
        return resolve(ADDRESS if is_here else host, *arguments, **named)

    socket.getaddrinfo = resolve_as_browsers
