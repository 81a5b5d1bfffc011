"""The guarded client against the attacks of spec C5; the operator's map leads to servers on loopback."""

import gzip
import json
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.outside.guard import is_public, parse_url
from idp.kernel.outside.http import FetchError, FetchFailed, FetchPolicy, FetchRefused, GuardedHttp

HOST = "partner.test"
URL = f"http://{HOST}/x"
Act = Callable[[BaseHTTPRequestHandler], None]


class Recorded:
    """A server on loopback that does what it is told and remembers what it was asked."""

    def __init__(self, act: Act, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        recorded = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                recorded.requests.append((self.command, self.path, headers, body))
                act(self)

            do_POST = do_GET  # noqa: N815 the standard library's spelling

            def log_message(self, *args: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                return  # the client hangs up on purpose

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.where = f"127.0.0.1:{self.server.server_address[1]}"

    def client(self, host: str = HOST, tls: ssl.SSLContext | None = None, **policy: object) -> GuardedHttp:
        return GuardedHttp({host: self.where}, policy=FetchPolicy(**policy), tls=tls, resolve=nobody)


@contextmanager
def serving(act: Act, tls: ssl.SSLContext | None = None) -> Iterator[Recorded]:
    recorded = Recorded(act, tls)
    thread = threading.Thread(target=recorded.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield recorded
    finally:
        recorded.server.shutdown()
        thread.join()
        recorded.server.server_close()


def answering(
    body: bytes = b"{}", status: int = 200, content_type: str = "application/json", **headers: str
) -> Act:
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return act


def nobody(host: str) -> Sequence[str]:
    raise AssertionError(f"{host} was resolved")


def naming(*addresses: str) -> GuardedHttp:
    """Give a client for whom every name has these addresses."""
    return GuardedHttp(resolve=lambda host: addresses)


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Give the list of what was connected to; every attempt ends here."""
    tried: list[object] = []

    def connect(address: object, *args: object, **kwargs: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "[::1]", "[::]",
        "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1%25lo]", "2130706433", "0x7f000001", "0x7f.0.0.1",
        "0177.0.0.1", "127.1", "127.0.0.1.", "localhost", "localhost.", "1.2.3.4", "example.com.0x1",
        "①②⑦.0.0.1", "exa%6dple.com", "a..example.com", "-", "", "example.com%00.partner.test",
        "example.com\\@127.0.0.1", "x" * 300 + ".com",
    ],
)  # fmt: skip
def test_c5_1_numbers_and_local_names_refused(host: str, connections: list[object]):
    with pytest.raises(FetchRefused):
        GuardedHttp(resolve=nobody).get(f"https://{host}/jwks", accept="application/json")
    assert connections == []


@pytest.mark.parametrize("url", ["https://Widget.Example.com./x", "https://widget.example.com/x"])
def test_c5_1_own_host_refused(url: str):
    policy = FetchPolicy(refused_hosts={"widget.example.com"})
    with pytest.raises(FetchRefused):
        GuardedHttp(policy=policy, resolve=nobody).get(url, accept="*/*")


INNER = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "192.0.0.8", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%lo", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "2002:7f00:1::", "2002:808:808::", "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2001::1", "2001:db8::1", "3fff::1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_c5_2_name_of_inner_address_refused(address: str, connections: list[object]):
    with pytest.raises(FetchRefused):
        naming(address).get("https://rebind.example.com/", accept="*/*")
    assert connections == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_c5_2_public_address_is_connected_to(address: str, connections: list[object]):
    with pytest.raises(FetchFailed):
        naming(address).get("https://example.com/", accept="*/*")
    assert connections == [(address, 443)]


def test_final_dot_is_the_same_host():
    assert parse_url("https://Example.COM./x").host == "example.com"


def test_c5_2_one_inner_address_spoils_the_name(connections: list[object]):
    with pytest.raises(FetchRefused):
        naming("8.8.8.8", "127.0.0.1").get("https://example.com/", accept="*/*")
    assert connections == []


def test_c5_2_rebinding_name_is_resolved_once(connections: list[object]):
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    with pytest.raises(FetchFailed):
        GuardedHttp(resolve=lambda host: next(answers)).get("https://example.com/", accept="*/*")
    assert connections == [("8.8.8.8", 443)]
    assert next(answers) == ["127.0.0.1"]


@given(value=st.integers(0, 2**32 - 1))
def test_c5_2_mapped_addresses_are_never_public(value: int):
    octets = ".".join(str(byte) for byte in value.to_bytes(4, "big"))
    assert not is_public(f"::ffff:{octets}")
    assert is_public(f"64:ff9b::{octets}") == is_public(octets)


def test_c5_3_redirect_is_not_followed():
    with serving(answering(b"", 302, Location="http://127.0.0.1:1/")) as partner:
        answer = partner.client().get(URL, accept="application/json")
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1:1/")
    assert len(partner.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "data:application/json,{}",
        "http://example.com/", "//example.com/", "example.com", "", "https://example.com:80/",
        "https://example.com:8443/", "https://example.com:0/", "https://example.com:99999/",
        "https://example.com:x/", "https://user:password@example.com/", "https://example.com\r\n/",
        "https://example.com/" + "x" * 3000, "https://[/", "https://xn--/", "\ud800", "https://\ud800.com/",
    ],
)  # fmt: skip
def test_c5_4_schemes_and_ports_refused(url: str, connections: list[object]):
    with pytest.raises(FetchRefused):
        GuardedHttp(resolve=lambda host: ["8.8.8.8"]).get(url, accept="*/*")
    assert connections == []


def test_c5_4_listed_port_is_allowed(connections: list[object]):
    policy = FetchPolicy(ports=(443, 8443), allow_http=True)
    client = GuardedHttp(policy=policy, resolve=lambda host: ["8.8.8.8"])
    with pytest.raises(FetchFailed):
        client.get("http://example.com:8443/", accept="*/*")
    assert connections == [("8.8.8.8", 8443)]


@given(url=st.text())
def test_c5_4_any_text_is_target_or_refused(url: str):
    try:
        target = parse_url(url)
    except FetchRefused:
        return
    assert target.scheme in ("http", "https")
    assert target.host.isascii()


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def pouring(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(b" " * 65536)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1)


def refused_in_time(act: Act, seconds: float = 5.0) -> None:
    with serving(act) as partner:
        started = time.monotonic()
        with pytest.raises(FetchFailed):
            partner.client(total_seconds=seconds).get(URL, accept="application/json")
        assert time.monotonic() - started < seconds + 0.5


@pytest.mark.parametrize("act", [dripping, silent])
def test_c5_5_slow_server_is_cut(act: Act):
    refused_in_time(act, 0.4)


def test_c5_5_slow_resolver_is_cut():
    client = GuardedHttp(
        policy=FetchPolicy(total_seconds=0.1), resolve=lambda host: time.sleep(0.5) or ["8.8.8.8"]
    )
    started = time.monotonic()
    with pytest.raises(FetchFailed):
        client.get("https://example.com/", accept="*/*")
    assert time.monotonic() - started < 0.4


def test_c5_5_endless_body_is_cut():
    refused_in_time(pouring)


@pytest.mark.parametrize("size", [64 * 1024 + 1, 10 * 2**20])
def test_c5_5_large_body_is_cut(size: int):
    refused_in_time(answering(b" " * size))


def test_c5_5_gzip_bomb_is_cut():
    bomb = gzip.compress(bytes(40 * 2**20))
    assert len(bomb) < 64 * 1024
    tracemalloc.start()
    try:
        refused_in_time(answering(bomb, Content_Encoding="gzip"))
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()


def test_c5_5_gzip_of_header_alone_is_cut():
    """A gzip member may begin with a file name of any length, which unpacks to nothing."""
    refused_in_time(answering(b"\x1f\x8b\x08\x08" + b"x" * 2**20, Content_Encoding="gzip"))


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "x"])
def test_c5_5_other_encodings_refused(encoding: str):
    refused_in_time(answering(b"{}", Content_Encoding=encoding))


def test_c5_5_broken_gzip_fails():
    refused_in_time(answering(b"no gzip", Content_Encoding="gzip"))


@pytest.mark.parametrize("content_type", ["text/html", "", "application/jsonp", "image/svg+xml"])
def test_c5_5_wrong_content_type_fails(content_type: str):
    refused_in_time(answering(content_type=content_type))


def test_c5_5_endless_header_is_cut():
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000)

    refused_in_time(act)


def test_c5_5_body_of_the_limit_arrives():
    body = json.dumps({"keys": "x" * (64 * 1024 - 12)}).encode()
    assert len(body) == 64 * 1024
    with serving(answering(gzip.compress(body), Content_Encoding="gzip")) as partner:
        assert partner.client().get(URL, accept="application/json").body == body


def test_c5_6_error_text_holds_no_body():
    with serving(answering(b"inner secret", content_type="text/plain")) as partner:
        for fetch in (partner.client().get_json, lambda url: partner.client().get(url, accept="text/html")):
            with pytest.raises(FetchError) as caught:
                fetch(URL)
            assert "inner secret" not in repr(caught.value)


def test_c5_6_error_page_of_other_type_is_dropped():
    with serving(answering(b"inner secret", 500, "text/html")) as partner:
        answer = partner.client().get(URL, accept="application/json")
    assert (answer.status, answer.body) == (500, b"")


def test_c5_8_nothing_of_ours_is_sent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with serving(answering(Set_Cookie="a=b")) as partner:
        client = partner.client()
        for _ in range(2):
            client.get(URL, accept="application/json")
    assert all(
        set(headers) == {"host", "accept", "accept-encoding", "user-agent"}
        for _, _, headers, _ in partner.requests
    )


def test_json_object_comes_back():
    with serving(
        answering(b'{"keys": []}', content_type="application/jwk-set+json; charset=utf-8")
    ) as partner:
        assert partner.client().get_json(f"{URL}?a=1#part") == {"keys": []}
    method, path, headers, _ = partner.requests[0]
    assert (method, path, headers["host"]) == ("GET", "/x?a=1", HOST)


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 60_000, b"null", b""])
def test_other_json_fails(body: bytes):
    with serving(answering(body)) as partner, pytest.raises(FetchFailed):
        partner.client().get_json(URL)


def test_json_of_error_status_fails():
    with serving(answering(status=404)) as partner, pytest.raises(FetchFailed):
        partner.client().get_json(URL)


def test_form_is_posted_with_client_secret():
    with serving(answering(b'{"error": "invalid_grant"}', 400)) as partner:
        answer = partner.client().post_form(URL, {"a": "ё&="}, accept="application/json", basic=("id", "s:c"))
    assert (answer.status, answer.body) == (400, b'{"error": "invalid_grant"}')
    method, _, headers, body = partner.requests[0]
    assert (method, body) == ("POST", b"a=%D1%91%26%3D")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["authorization"] == "Basic aWQ6cyUzQWM="


def test_bearer_and_body_travel():
    with serving(answering(b"", 204)) as partner:
        client = partner.client()
        client.post(URL, b"{}", content_type="application/json", headers={"webhook-id": "7"})
        client.get(URL, accept="*/*", bearer="token")
    assert partner.requests[0][2]["webhook-id"] == "7"
    assert partner.requests[0][3] == b"{}"
    assert partner.requests[1][2]["authorization"] == "Bearer token"


def test_header_injection_fails():
    with serving(answering()) as partner, pytest.raises(FetchFailed):
        partner.client().get(URL, accept="*/*", bearer="x\r\nHost: other")
    assert partner.requests == []


def test_operator_map_wants_addresses():
    with pytest.raises(ValueError, match="localhost"):
        GuardedHttp({HOST: "localhost:8000"})


def authority() -> tuple[trustme.CA, ssl.SSLContext]:
    ca, context = trustme.CA(), ssl.create_default_context()
    ca.configure_trust(context)
    return ca, context


def server_tls(ca: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(host).configure_cert(context)
    return context


def test_tls_is_verified_for_the_name():
    ca, trusting = authority()
    asked: list[object] = []
    tls = server_tls(ca, HOST)
    tls.sni_callback = lambda sock, name, context: asked.append(name)
    with serving(answering(), tls) as partner:
        assert partner.client(tls=trusting).get_json(f"https://{HOST}/x") == {}
    assert asked == [HOST]


def test_certificate_of_other_name_refused():
    ca, trusting = authority()
    with serving(answering(), server_tls(ca, "other.test")) as partner, pytest.raises(FetchFailed):
        partner.client(tls=trusting).get_json(f"https://{HOST}/x")


def test_unknown_authority_refused():
    with serving(answering(), server_tls(trustme.CA(), HOST)) as partner, pytest.raises(FetchFailed):
        partner.client().get_json(f"https://{HOST}/x")


def test_operators_own_authority_is_trusted(tmp_path):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    with serving(answering(), server_tls(ca, HOST)) as partner:
        hosts = {HOST: partner.where}
        assert GuardedHttp(hosts, authority=tmp_path / "ca.pem").get_json(f"https://{HOST}/x") == {}
        with pytest.raises(FetchFailed):
            GuardedHttp(hosts).get_json(f"https://{HOST}/x")
