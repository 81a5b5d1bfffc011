"""The guarded outbound HTTP client: the only way in which an address given by a stranger is fetched.

It says no before it connects (spec C5): https and port 443 alone, names instead of numbers, and every
address of the name public. The name is resolved once and exactly the checked address is connected to,
so that a name that changes its mind (DNS rebinding) gains nothing; TLS is still verified for the name.
No redirects, cookies, credentials of ours, proxies or environment. One time limit covers everything
from resolving to the last byte, and the body is bounded after decompression. It neither retries nor
caches. An operator may map a host of the demo to a loopback address; nobody else can.
"""

import base64
import json
import ssl
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpcore
import httpx

from idp.kernel.outside.guard import (
    Deadline,
    Endpoint,
    FetchError,
    FetchFailed,
    FetchRefused,
    PinnedBackend,
    Resolver,
    Target,
    is_public,
    parse_endpoint,
    parse_url,
    refuse,
    resolve_within,
    system_addresses,
)

__all__ = ["Answer", "FetchError", "FetchFailed", "FetchPolicy", "FetchRefused", "GuardedHttp"]

_NETWORK_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    OSError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case. A redirect is an answer like any other."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What an operator may set; `refused_hosts` are names of our own that nobody may make us call."""

    ports: Collection[int] = (443,)
    allow_http: bool = False
    refused_hosts: Collection[str] = ()
    total_seconds: float = 5.0
    max_body_bytes: int = 64 * 1024


class GuardedHttp:
    """Fetches what strangers name, under a policy; safe to share between threads.

    `operator_hosts` maps a host to "address:port": such a host is connected to there, http allowed.
    `authority` is a certificate trusted beside the public ones, for an operator with one of their own.
    """

    def __init__(
        self,
        operator_hosts: Mapping[str, str] | None = None,
        *,
        policy: FetchPolicy | None = None,
        authority: Path | None = None,
        tls: ssl.SSLContext | None = None,
        resolve: Resolver | None = None,
    ) -> None:
        self._operator_hosts = {host: parse_endpoint(where) for host, where in (operator_hosts or {}).items()}
        self._policy = policy or FetchPolicy()
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        if authority is not None:
            self._tls.load_verify_locations(authority)
        self._resolve = resolve or system_addresses

    def get(self, url: str, *, accept: str, bearer: str | None = None) -> Answer:
        """Give the answer to a GET; a success of another media type than `accept` is FetchFailed."""
        return self._send("GET", url, accept=accept, headers=_authorization(bearer=bearer))

    def get_json(self, url: str, *, bearer: str | None = None) -> dict[str, Any]:
        """Give the JSON object that the address answers with 200; anything else is FetchFailed."""
        answer = self.get(url, accept="application/json", bearer=bearer)
        if answer.status != 200:
            raise FetchFailed(f"{url}: status {answer.status}")
        return _json_object(answer.body)

    def post_form(
        self,
        url: str,
        data: Mapping[str, str],
        *,
        accept: str = "*/*",
        bearer: str | None = None,
        basic: tuple[str, str] | None = None,
    ) -> Answer:
        """Give the answer to a form; `basic` is a client's id and secret (RFC 6749 §2.3.1)."""
        headers = _authorization(bearer=bearer, basic=basic)
        headers["content-type"] = "application/x-www-form-urlencoded"
        return self._send("POST", url, accept=accept, headers=headers, content=urlencode(data).encode())

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Give the answer to a body of any kind, such as a signed webhook."""
        headers = {**(headers or {}), "content-type": content_type}
        return self._send("POST", url, accept=accept, headers=headers, content=body)

    def permits(self, url: str) -> bool:
        """Say whether policy would let us go to an address, without looking its name up."""
        try:
            self._permitted(url)
        except FetchRefused:
            return False
        return True

    def _send(
        self, method: str, url: str, *, accept: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> Answer:
        deadline = Deadline(self._policy.total_seconds)
        target = self._permitted(url)
        backend = PinnedBackend(self._endpoints(target, deadline), deadline)
        # "identity" is a wish that servers may ignore, so what they compress is bounded all the same.
        headers = {"accept": accept, "accept-encoding": "identity", "user-agent": "igrajdanin", **headers}
        try:
            # A pool per request: nothing of one answer, not even a connection, reaches another.
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
                pool.stream(method, _core_url(target), headers=_raw(headers), content=content) as response,
            ):
                return self._answer(response, accept)
        except _NETWORK_ERRORS as error:
            raise FetchFailed(f"{target.host}: {error!r}") from error

    def _permitted(self, url: str) -> Target:
        """Give where the URL leads, if policy lets us go there; raises FetchRefused."""
        target = parse_url(url)
        if target.host in self._policy.refused_hosts:
            refuse(url, "one of our own hosts")
        if target.host in self._operator_hosts:
            return target
        if target.scheme != "https" and not self._policy.allow_http:
            refuse(url, "not https")
        if target.port not in self._policy.ports:
            refuse(url, "port")
        return target

    def _endpoints(self, target: Target, deadline: Deadline) -> list[Endpoint]:
        """Give where to connect to, having looked the name up once; raises FetchRefused."""
        if target.host in self._operator_hosts:
            return [self._operator_hosts[target.host]]
        addresses = resolve_within(deadline, lambda: self._resolve(target.host))
        # One bad address spoils the name: honest names have none, rebinding ones mix.
        if not addresses or not all(is_public(address) for address in addresses):
            refuse(target.host, f"resolves to {list(addresses)}")
        return [(address, target.port) for address in addresses]

    def _answer(self, response: httpcore.Response, accept: str) -> Answer:
        headers = _joined(response.headers)
        most = self._policy.max_body_bytes
        body = _bounded(response.iter_stream(), headers.get("content-encoding", "identity"), most)
        is_right_type = not body or _is_accepted(headers.get("content-type", ""), accept)
        if not is_right_type and 200 <= response.status < 300:
            raise FetchFailed(f"content type {headers.get('content-type')!r} instead of {accept!r}")
        # An error page of some other type tells nothing beyond its status.
        return Answer(response.status, headers, body if is_right_type else b"")


def _core_url(target: Target) -> httpcore.URL:
    return httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)


def _bounded(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Give the body decompressed; more than `most` bytes before or after that is FetchFailed."""
    body = bytearray()
    for piece in _inflated(_counted(chunks, most), encoding.strip().lower(), most):
        body += piece
        if len(body) > most:
            raise FetchFailed("body too large")
    return bytes(body)


def _counted(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > most:
            raise FetchFailed("body too large")
        yield chunk


def _inflated(chunks: Iterable[bytes], encoding: str, most: int) -> Iterable[bytes]:
    if encoding == "identity":
        return chunks
    if encoding != "gzip":
        raise FetchFailed(f"content encoding {encoding!r}")
    inflate = zlib.decompressobj(wbits=31)
    # One byte above the limit is enough to know: a bomb is never unpacked further.
    return (inflate.decompress(chunk, most + 1) for chunk in chunks)


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _is_accepted(content_type: str, accept: str) -> bool:
    """Say whether a media type is the wanted one, or of its family (application/jwk-set+json for JSON)."""
    media_type = content_type.partition(";")[0].strip().lower()
    family = accept.replace("application/", "+")
    return accept == "*/*" or media_type == accept or media_type.endswith(family)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed(f"no JSON: {error!r}") from error
    if not isinstance(parsed, dict):
        raise FetchFailed("no JSON object")
    return parsed


def _authorization(*, bearer: str | None = None, basic: tuple[str, str] | None = None) -> dict[str, str]:
    if bearer is not None:
        return {"authorization": f"Bearer {bearer}"}
    if basic is None:
        return {}
    pair = ":".join(quote_plus(part) for part in basic)
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
