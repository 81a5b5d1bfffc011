"""Several servers behind one port, told apart by the host name that the settings give them."""

from typing import Any

import pytest
from werkzeug.test import Client

from idp.kernel.application.dispatcher import HostDispatcher, load_applications


def site(name: str) -> Any:
    """An application that says its name."""

    def answer(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [name.encode()]

    return answer


def make_site() -> Any:
    """The factory that settings name."""
    return site("made")


@pytest.fixture
def port() -> Client:
    """A browser at the port with both sites."""
    return Client(HostDispatcher({"id.test": site("id"), "Window.test": site("window")}))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("id.test", "id"),
        ("window.test", "window"),
        ("ID.TEST", "id"),
        ("id.test:8000", "id"),
        ("id.test.", "id"),
    ],
)
def test_host_leads_to_its_site(port: Client, host: str, name: str) -> None:
    assert port.get("/", headers={"Host": host}).text == name


@pytest.mark.parametrize(
    "host", ["evil.test", "", "id.test.evil.test", "evilid.test", "[::1]:80", "id.test@x"]
)
def test_unknown_host_is_refused(port: Client, host: str) -> None:
    answer = port.get("/", headers={"Host": host})
    assert (answer.status_code, answer.text) == (400, "No site of that name is served here.\n")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_request_without_host_is_refused() -> None:
    started: list[str] = []
    HostDispatcher({"id.test": site("id")})({}, lambda status, _headers: started.append(status))  # type: ignore[arg-type,typeddict-item]  # the least a server may say
    assert started == ["400 Bad Request"]


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded"])
def test_forwarded_host_chooses_no_site(port: Client, name: str) -> None:
    assert port.get("/", headers={"Host": "id.test", name: "window.test"}).text == "id"


def test_sites_are_named_by_import_strings() -> None:
    loaded = load_applications({"made.test": f"{__name__}:make_site"})
    assert Client(HostDispatcher(loaded)).get("/", headers={"Host": "made.test"}).text == "made"


@pytest.mark.parametrize("target", ["no.such.module:app", f"{__name__}:nothing"])
def test_wrong_import_string_stops_the_start(target: str) -> None:
    with pytest.raises((ImportError, AttributeError)):
        load_applications({"made.test": target})
