"""The demo as a person starts it: one command, a greeting, six sites, Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from examples.demo.plan import SITES

pytestmark = pytest.mark.journey
STARTS_WITHIN_SECONDS = 100


@dataclass(frozen=True)
class Demo:
    process: subprocess.Popen
    port: int
    folder: Path

    def get(self, host: str, path: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path, headers={"Host": f"{host}:{self.port}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body


def start(port: int, folder: Path) -> subprocess.Popen:
    environment = {**os.environ, "PORT": str(port), "DATA_DIR": str(folder), "BASE_DOMAIN": "", "TLS": ""}
    command = [sys.executable, "-m", "examples.demo"]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True, cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with start(port, folder) as process:
        yield wait_until_ready(Demo(process, port, folder))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def wait_until_ready(demo: Demo) -> Demo:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and demo.process.poll() is None:
        try:
            demo.get("dobro.localhost", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return demo
    os.killpg(demo.process.pid, signal.SIGKILL)
    raise AssertionError(demo.process.communicate()[0])


def test_one_command_serves_everything(demo):
    """One start for the whole story: starting is what takes the time."""
    for site in SITES:
        status, body = demo.get(f"{site}.localhost", "/healthz")
        assert (status, json.loads(body)) == (200, {"status": "ready"}), site
    for key in ("dobro", "gorod"):
        assert demo.get("widget.igrajdanin.localhost", f"/w/{key}?lang=ru")[0] == 200
    assert demo.get("evil.example", "/")[0] == 400
    assert demo.get("localhost", "/")[0] == 302
    discovery = json.loads(demo.get("id.igrajdanin.localhost", "/.well-known/openid-configuration")[1])
    assert discovery["service_documentation"] == f"http://localhost:{demo.port}/partners.ru.md"
    assert demo.get("localhost", "/partners.ru.md")[1].startswith("# Вход".encode())

    second = start(demo.port, demo.folder)
    text, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert f"Порт {demo.port}" in text
    assert "Traceback" not in text

    began = time.monotonic()
    os.killpg(demo.process.pid, signal.SIGINT)
    text, _ = demo.process.communicate(timeout=30)
    assert time.monotonic() - began < 3
    assert demo.process.returncode == 0
    assert f"http://dobro.localhost:{demo.port}" in text
    assert "Traceback" not in text
