"""The stage of interoperability: one running provider, its person, and sites started when asked for."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .node import install_packages
from .person import Person
from .provider import PASSWORD, ROOT, Provider, person_command, running_provider
from .site import Site, all_sites


@pytest.fixture(scope="session", autouse=True)
def _loopback_names() -> Iterator[None]:
    """Resolve names under .localhost as browsers do."""
    resolve = socket.getaddrinfo

    def resolved(host: Any, *arguments: Any, **named: Any) -> Any:
        is_here = isinstance(host, str) and host.endswith("localhost")
        return resolve("127.0.0.1" if is_here else host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolved)
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything of these tests lies."""
    return tmp_path_factory.mktemp("interop")


@pytest.fixture(scope="session")
def sites() -> dict[str, Site]:
    """The sites by name, with a port for each before any is started."""
    return {site.name: site for site in all_sites()}


@pytest.fixture(scope="session")
def provider(folder: Path, sites: dict[str, Site]) -> Iterator[Provider]:
    """The running provider with a client for each site."""
    hosts = {site.host: site.port for site in sites.values()}
    with running_provider(folder, hosts=hosts) as started:
        started.run(*(site.registration() for site in sites.values()))
        yield started


@pytest.fixture(scope="session")
def _node_packages() -> None:
    """The libraries in JavaScript."""
    install_packages(ROOT / "tests" / "interop")
    install_packages(ROOT / "examples" / "node_relying_party")


@pytest.fixture(scope="session")
def sub(provider: Provider) -> str:
    """The person's subject identifier."""
    return provider.run(person_command("anna@example.ru", "Анна Орлова"))[0]


@pytest.fixture
def anna(provider: Provider, sub: str) -> Iterator[Person]:
    """A person at a fresh browser."""
    with Person("anna@example.ru", PASSWORD, sub=sub, trusted=provider.trusted) as person:
        yield person
