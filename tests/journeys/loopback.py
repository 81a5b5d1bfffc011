"""Small pages and pictures that a journey serves itself, on this machine alone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[str, bytes]
"""Content type and body."""


@contextmanager
def serving(answer: Callable[[str], Answer]) -> Iterator[int]:
    """Serve GET requests by path on a free port, and give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = answer(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class's name
            """Say nothing: pytest shows what fails."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def html(body: str, *, head: str = "") -> Answer:
    """Give a plain page."""
    page = f"<!doctype html><html lang=ru><meta charset=utf-8><title>Страница</title>{head}<body>{body}"
    return "text/html; charset=utf-8", page.encode()
