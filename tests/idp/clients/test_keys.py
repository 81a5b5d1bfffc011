"""Clients' keys: inline or fetched, shared by all processes, looked at again for a new kid (spec C5.7)."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from idp.clients import Client, client_keys, find_client, verify_client_token
from idp.kernel.crypto.jose import KeyUnknown, TokenRefused
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, add_site
from tests.idp.outside import Outside, sign_foreign

URL = "https://keys.dobro.test/jwks"
OLD = ECKey.generate_key("P-256", {"kid": "old"})
NEW = RSAKey.generate_key(2048, {"kid": "new"})


def _document(*keys: Any) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def _client(floor: Floor, **values: Any) -> Client:
    add_site(floor, Site("signer", None), auth_method="private_key_jwt", **values)
    with floor.db.reading() as session:
        found = find_client(session, "signer")
    assert found
    return found


def _verify(floor: Floor, client: Client, key: Any = OLD, alg: str = "ES256") -> str:
    token = sign_foreign({"iss": "signer"}, key, alg)
    return str(verify_client_token(floor, client, token, now=clock.now()).claims["iss"])


def test_inline_keys_need_no_fetch(outside: Outside, floor: Floor) -> None:
    client = _client(floor, jwks=_document(OLD))
    assert _verify(floor, client) == "signer"
    with pytest.raises(KeyUnknown):
        _verify(floor, client, NEW, "RS256")
    assert outside.fetched == []


def test_fetched_keys_are_kept(outside: Outside, floor: Floor) -> None:
    client = _client(floor, jwks_uri=URL)
    outside.documents[URL] = _document(OLD)
    for _ in range(5):
        assert _verify(floor, client) == "signer"
    assert outside.fetched == [URL]


def test_oidcc_refresh_token_rp_key_rotation_keys(
    outside: Outside, floor: Floor, frozen: clock.FrozenClock
) -> None:
    """A new kid is understood a minute later at the latest, and asked for at most once a minute."""
    client = _client(floor, jwks_uri=URL)
    outside.documents[URL] = _document(OLD)
    _verify(floor, client)
    outside.documents[URL] = _document(NEW)
    frozen.tick(seconds=59)
    for _ in range(3):
        with pytest.raises(KeyUnknown):
            _verify(floor, client, NEW, "RS256")
    frozen.tick(seconds=1)
    assert _verify(floor, client, NEW, "RS256") == "signer"
    with pytest.raises(KeyUnknown):
        _verify(floor, client, OLD)
    assert outside.fetched == [URL, URL]


def test_key_taken_back_is_refused_soon(outside: Outside, floor: Floor, frozen: clock.FrozenClock) -> None:
    client = _client(floor, jwks_uri=URL)
    outside.documents[URL] = _document(OLD)
    _verify(floor, client)
    outside.documents[URL] = _document(NEW)
    frozen.tick(seconds=601)
    with pytest.raises(KeyUnknown):
        _verify(floor, client)


def test_client_that_is_away_is_known_for_a_day(
    outside: Outside, floor: Floor, frozen: clock.FrozenClock
) -> None:
    client = _client(floor, jwks_uri=URL)
    outside.documents[URL] = _document(OLD)
    _verify(floor, client)
    outside.documents.clear()
    frozen.tick(seconds=3600)
    assert _verify(floor, client) == "signer"
    frozen.tick(days=1)
    with pytest.raises(KeyUnknown):
        _verify(floor, client)


def test_c5_7_failing_address_is_asked_once_a_minute(
    outside: Outside, floor: Floor, frozen: clock.FrozenClock
) -> None:
    client = _client(floor, jwks_uri=URL)
    for _ in range(4):
        assert client_keys(floor, client, now=clock.now()) == ()
    assert outside.fetched == [URL]
    frozen.tick(seconds=60)
    outside.documents[URL] = _document(OLD)
    assert _verify(floor, client) == "signer"


def test_other_address_forgets_the_old_keys(outside: Outside, floor: Floor) -> None:
    outside.documents = {URL: _document(OLD), URL + "2": _document(NEW)}
    _verify(floor, _client(floor, jwks_uri=URL))
    moved = _client(floor, jwks_uri=URL + "2")
    assert _verify(floor, moved, NEW, "RS256") == "signer"
    with pytest.raises(TokenRefused):
        _verify(floor, moved)


def test_c5_5_hostile_key_set_gives_no_keys(outside: Outside, floor: Floor) -> None:
    hostile = [{"keys": "x"}, {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}, {}, [1], {"keys": [None]}]
    for number, document in enumerate(hostile):
        outside.documents[f"{URL}{number}"] = document
        with pytest.raises(TokenRefused):
            _verify(floor, _client(floor, jwks_uri=f"{URL}{number}"))
    assert len(outside.fetched) == len(hostile)
