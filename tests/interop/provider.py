"""A running provider with a database of its own, whose people and clients are made by its commands."""

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

import trustme

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 60.0
STOP_WITHIN_SECONDS = 10.0
PASSWORD = "четыре несвязанных слова 42"
CLAIMS = {
    "given_name": "Анна", "family_name": "Орлова", "locale": "ru", "phone_number": "+74966100000",
    "address": {"locality": "Коломна", "country": "RU"},
}  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """Where the provider is, whom to trust, and the environment its commands need."""

    port: int
    authority: Path
    environment: Mapping[str, str]

    @property
    def issuer(self) -> str:
        """The issuer identifier."""
        return f"https://localhost:{self.port}"

    @property
    def trusted(self) -> ssl.SSLContext:
        """What a browser here trusts."""
        return ssl.create_default_context(cafile=str(self.authority))

    def run(self, *commands: Sequence[str]) -> list[str]:
        """Run commands of the provider one after the other and give what each has printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.interop.commands"], input=json.dumps(commands),
            env=dict(self.environment), cwd=ROOT, text=True, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said: list[str] = json.loads(done.stdout)
        return said


def person_command(email: str, name: str) -> Sequence[str]:
    """Give the command that makes a person with a confirmed address; it prints the `sub`."""
    told = ("--password", PASSWORD, "--name", name, "--verified", "--claims", json.dumps(CLAIMS))
    return ("users", "add", email, *told)


@contextmanager
def running_provider(folder: Path, *, hosts: Mapping[str, int]) -> Iterator[Provider]:
    """Start a provider that finds the sites named in `hosts` at their ports, and stop it afterwards."""
    port = free_port()
    authority, chain, key = _certificates(folder)
    provider = Provider(port, authority, _environment(folder, port, hosts))
    provider.run(["migrate"])
    command = [sys.executable, "-m", "tests.interop.serve", str(port), str(chain), str(key)]
    with running(command, provider.environment, folder / "provider.log") as process:
        _wait_until_ready(provider, process, folder / "provider.log")
        yield provider


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path, *, folder: Path = ROOT
) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a program beside the tests; it is ended by a signal, and killed when it does not listen."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL,
            stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certificates(folder: Path) -> tuple[Path, Path, Path]:
    authority = trustme.CA(organization_name="iGrajdanin interoperability tests")
    issued = authority.issue_cert("localhost")
    files = folder / "ca.pem", folder / "chain.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(files[0])
    files[1].write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(files[2])
    return files


def _environment(folder: Path, port: int, hosts: Mapping[str, int]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IDP_", "SETTINGS_"))}
    return {
        **kept,
        "IDP_SECRET_KEY": "only-for-tests-" + "x" * 40,
        "IDP_DATABASE_URL": f"sqlite:///{folder / 'idp.sqlite'}",
        "IDP_DATA_DIR": str(folder / "data"),
        "IDP_PUBLIC_URL": f"https://localhost:{port}",
        "IDP_API_AUDIENCE": "https://widget.igrajdanin.test",
        "IDP_MAIL__FOLDER": str(folder / "mail"),
        "IDP_OPERATOR_HOSTS": json.dumps({host: f"127.0.0.1:{at}" for host, at in hosts.items()}),
    }


def _wait_until_ready(provider: Provider, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while not _is_ready(provider):
        said = log.read_text(errors="replace")[-3000:]
        assert process.poll() is None, f"the provider ended by itself\n{said}"
        assert time.monotonic() < until, f"the provider is not ready in time\n{said}"
        time.sleep(0.1)


def _is_ready(provider: Provider) -> bool:
    connection = HTTPSConnection("127.0.0.1", provider.port, timeout=5, context=_lenient(provider))
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{provider.port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _lenient(provider: Provider) -> ssl.SSLContext:
    """Give what trusts the certificate for the bare address too: the name may resolve to ::1 first."""
    trusted = provider.trusted
    trusted.check_hostname = False
    return trusted
