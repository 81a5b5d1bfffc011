"""What the guarded client refuses, and the connection it makes with what is left.

Two halves of one promise (spec C5): the rules that say which addresses belong to the public internet,
and a network backend that connects to the very addresses those rules have seen, until a deadline.
Nothing here speaks HTTP; `http` does.
"""

import re
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from socket import SOCK_STREAM, getaddrinfo
from threading import Thread
from typing import Any, NoReturn

import httpcore
import httpx

Resolver = Callable[[str], Sequence[str]]
Endpoint = tuple[str, int]

_NAME = re.compile(r"(?=.{4,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_URL = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PUBLIC_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# Relay and protocol assignments that `is_global` lets pass.
_UNWELCOME = tuple(ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20"))


class FetchError(Exception):
    """An outbound request that gave nothing. The text is for our log, never for a requester (spec C5.6)."""


class FetchRefused(FetchError):
    """Policy: this address is not fetched, today or tomorrow."""


class FetchFailed(FetchError):
    """The other side: unreachable, too slow, too large, or not what was asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart once, so that what is checked and what is fetched cannot differ.

    `host` is ASCII (IDNA 2008), in lower case, without a final dot; `path` carries the query.
    """

    scheme: str
    host: str
    port: int
    path: str


class Deadline:
    """The moment at which a request is over, whatever it is doing."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Give the seconds left; raises FetchFailed when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise FetchFailed("out of time")
        return left


def parse_url(url: str) -> Target:
    """Give where a plain http or https URL leads; raises FetchRefused."""
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode().lower().removesuffix(".")
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchRefused(f"{url[:_LONGEST_URL]!r}: {error}") from error
    if len(url) > _LONGEST_URL or parsed.scheme not in _DEFAULT_PORTS:
        refuse(url, "length or scheme")
    if parsed.userinfo:
        refuse(url, "credentials in the address")
    # Numbers in any spelling (decimal, octal, hex, short, IPv6) are not names, and names have a dot.
    if not _NAME.fullmatch(host):
        refuse(url, "host is no public name")
    port = _DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    return Target(parsed.scheme, host, port, parsed.raw_path.decode("ascii"))


def refuse(url: str, why: str) -> NoReturn:
    """Raise FetchRefused with what the log should know."""
    raise FetchRefused(f"{url[:_LONGEST_URL]!r}: {why}")


def parse_endpoint(where: str) -> Endpoint:
    """Give the address and port that an operator wrote, such as "127.0.0.1:8000"; raises ValueError."""
    address, _, port = where.rpartition(":")
    return str(ip_address(address.strip("[]"))), int(port)


def system_addresses(host: str) -> list[str]:
    """Give every address that the system's resolver knows for a name."""
    return [str(info[4][0]) for info in getaddrinfo(host, None, type=SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Say whether an address belongs to the public internet, looking through NAT64 (RFC 6052)."""
    ip = ip_address(address)
    if ip in _NAT64:
        ip = IPv4Address(ip.packed[-4:])
    if any(ip in network for network in _UNWELCOME if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not _is_odd_v6(ip)


def _is_odd_v6(ip: IPv4Address | IPv6Address) -> bool:
    """Say whether an IPv6 address is mapped, compatible, 6to4, Teredo, site-local: no plain unicast."""
    if isinstance(ip, IPv4Address):
        return False
    return ip not in _PUBLIC_V6 or ip.sixtofour is not None or ip.teredo is not None


def resolve_within(deadline: Deadline, look_up: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Give what the look-up gives; it runs aside because resolvers cannot be hurried."""
    found: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def run() -> None:
        try:
            found.put(look_up())
        except (OSError, ValueError) as error:
            found.put(error)

    Thread(target=run, daemon=True).start()
    try:
        addresses = found.get(timeout=deadline.left())
    except Empty:
        raise FetchFailed("resolving takes too long") from None
    if isinstance(addresses, Exception):
        raise FetchFailed(f"name does not resolve: {addresses!r}") from addresses
    return addresses


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the checked addresses only, whatever name it is asked for."""

    def __init__(self, endpoints: Sequence[Endpoint], deadline: Deadline) -> None:
        self._endpoints = endpoints
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Give a stream to the first address that answers."""
        error: Exception = httpcore.ConnectError("no address")
        for address, number in self._endpoints:
            try:
                stream = httpcore.SyncBackend().connect_tcp(address, number, timeout=self._deadline.left())
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
            else:
                return _TimedStream(stream, self._deadline)
        raise error


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step ends with the request, so that drops of a byte do not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout=self._deadline.left())
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
