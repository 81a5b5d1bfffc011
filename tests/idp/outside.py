"""The world outside as the provider reaches it: what clients' own addresses answer, without a socket."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

from flask import Flask
from joserfc import jws, jwt

from idp.kernel.outside.guard import parse_url
from idp.kernel.outside.http import Answer, FetchFailed, FetchPolicy, FetchRefused, GuardedHttp
from idp.kernel.work.floor import Floor
from idp.kernel.work.worker import Worker

_GUARDED = GuardedHttp(policy=FetchPolicy(refused_hosts={"id.igrajdanin.test"}))


@dataclass
class Outside:
    """Answers as the guarded client would, and remembers what it was asked for."""

    documents: dict[str, Any] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def get_json(self, url: str, *, bearer: str | None = None) -> dict[str, Any]:
        """Give the object at an address."""
        found = self._find(url)
        if not isinstance(found, dict):
            raise FetchFailed("no JSON object")
        return found

    def get(self, url: str, *, accept: str, bearer: str | None = None) -> Answer:
        """Give the answer at an address; a document may be bytes, for what is no JSON."""
        found = self._find(url)
        body = found if isinstance(found, bytes) else Flask("x").json.dumps(found).encode()
        return Answer(200, {"content-type": accept}, body)

    def permits(self, url: str) -> bool:
        """Say what the real one says."""
        return _GUARDED.permits(url)

    def _find(self, url: str) -> Any:
        self.fetched.append(url)
        if parse_url(url).scheme != "https":
            raise FetchRefused("not https")
        if url not in self.documents:
            raise FetchFailed("status 404")
        return self.documents[url]


def go_outside(app: Flask) -> Outside:
    """Let an app reach this world instead of the real one."""
    outside = Outside()
    floor = replace(cast(Floor, app.extensions["floor"]), http=cast(Any, outside))
    app.extensions["floor"] = floor
    cast(Worker, app.extensions["worker"])._floor = floor
    return outside


class AnyRegistry(jws.JWSRegistry):
    """Signs what no honest library would."""

    max_header_length = 9000

    def get_alg(self, name: str) -> Any:
        """Give any algorithm."""
        return self.algorithms[name]

    def check_header(self, header: Any) -> None:
        """Take any header."""


def sign_foreign(claims: dict[str, Any], key: Any, alg: str = "ES256", **header: Any) -> str:
    """Sign as a client does; members that are None are left out."""
    named = {"alg": alg, "kid": key.kid, **header}
    head = {name: value for name, value in named.items() if value is not None}
    said = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(head, said, key, registry=AnyRegistry(), default_type=None)
