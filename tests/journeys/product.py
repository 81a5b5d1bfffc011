"""The product as `./run` starts it, for the journeys: on a free port, with a demo of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from examples.demo.plan import DOBRO, GOROD, IDP, KNIGA, MAILBOX, SITES, WIDGET
from examples.demo.vault import open_vault

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 90.0
STOP_WITHIN_SECONDS = 15.0


@dataclass(frozen=True)
class Product:
    """A running product: where its sites are, and the password of its demo people."""

    port: int
    folder: Path
    password: str

    def url(self, site: str, path: str = "/") -> str:
        """Give an address on one of the sites."""
        return f"http://{site}.localhost:{self.port}{path}"

    @property
    def dobro(self) -> str:
        """The partner with the loader."""
        return self.url(DOBRO, "")

    @property
    def gorod(self) -> str:
        """The partner with the iframe alone."""
        return self.url(GOROD, "")

    @property
    def kniga(self) -> str:
        """The partner whose people sign in with us."""
        return self.url(KNIGA, "")

    @property
    def window(self) -> str:
        """The widget's own host."""
        return self.url(WIDGET, "")

    @property
    def provider(self) -> str:
        """The identity provider."""
        return self.url(IDP, "")

    @property
    def mailbox(self) -> str:
        """Where the demo's letters are read."""
        return self.url(MAILBOX, "")


@contextmanager
def running_product(folder: Path, **settings: str) -> Iterator[Product]:
    """Start the product, wait until every host is ready, and stop it as Ctrl-C does.

    Fails when it does not end in time or not with exit code 0.
    """
    port = _free_port()
    with (folder / "terminal.txt").open("wb") as terminal:
        process = _start(port, folder, settings, terminal.fileno())
        try:
            _wait_until_ready(port, process, folder)
            yield Product(port, folder, open_vault(folder).password)
            process.send_signal(signal.SIGINT)
            assert process.wait(STOP_WITHIN_SECONDS) == 0, _last_words(folder)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # its own group: it and the workers it started
                process.wait()


def fetch(address: str) -> bytes:
    """Fetch an address of the product without a browser; fails unless it answers 200."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=10)
    try:
        connection.request("GET", f"{url.path}?{url.query}", headers={"Host": url.netloc})
        answer = connection.getresponse()
        assert answer.status == 200, address
        return answer.read()
    finally:
        connection.close()


def run_idp(product: Product, *arguments: str) -> str:
    """Run a command of the provider on the product's database and give what it prints."""
    return subprocess.run(
        [sys.executable, "-c", "from idp.cli import main; main()", *arguments],
        cwd=ROOT,
        env={**os.environ, "SETTINGS_FILE": str(product.folder / "settings.toml")},
        text=True,
        capture_output=True,
        check=True,
    ).stdout


def _start(port: int, folder: Path, settings: Mapping[str, str], terminal: int) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **settings, "PORT": str(port), "DATA_DIR": str(folder)}
    for name in ("BASE_DOMAIN", "TLS", "SETTINGS_FILE"):
        environment.pop(name, None)
    return subprocess.Popen(
        [sys.executable, "-m", "examples.demo"],
        cwd=ROOT,
        env=environment,
        stdout=terminal,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # A test run started in the background ignores Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    waiting = [f"{site}.localhost:{port}" for site in SITES]
    while waiting:
        assert process.poll() is None, f"the product ended by itself\n{_last_words(folder)}"
        assert time.monotonic() < until, f"not ready in time: {waiting}\n{_last_words(folder)}"
        waiting = [host for host in waiting if not _is_ready(port, host)]
        if waiting:
            time.sleep(0.1)


def _is_ready(port: int, host: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _last_words(folder: Path) -> str:
    logs = [folder / "terminal.txt", folder / "demo.log"]
    return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs if log.exists())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
