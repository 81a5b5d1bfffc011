"""Authlib's OAuth2Session, by hand: what a script or a framework without glue does."""

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from .acts import CALLBACK, CLIENT_ID, CLIENT_SECRET, ISSUER, SCOPE, SIGNED_OUT, Told, serve


class AuthlibSession:
    def __init__(self) -> None:
        self.server = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
        assert self.server["issuer"] == ISSUER
        self.session = OAuth2Session(
            CLIENT_ID, CLIENT_SECRET, scope=SCOPE, redirect_uri=CALLBACK, code_challenge_method="S256",
            revocation_endpoint_auth_method="client_secret_basic",
        )  # fmt: skip
        self.verifier = self.nonce = self.state = ""

    def login(self) -> str:
        self.verifier, self.nonce = generate_token(48), generate_token(20)
        url, self.state = self.session.create_authorization_url(
            self.server["authorization_endpoint"], code_verifier=self.verifier, nonce=self.nonce
        )
        return str(url)

    def callback(self, url: str) -> Told:
        self.session.fetch_token(
            self.server["token_endpoint"], authorization_response=url, state=self.state,
            code_verifier=self.verifier,
        )  # fmt: skip
        told = self._told()
        assert told["claims"]["nonce"] == self.nonce
        return told

    def refresh(self) -> Told:
        self.session.refresh_token(self.server["token_endpoint"])
        return self._told()

    def revoke(self) -> int:
        answer = self.session.revoke_token(
            self.server["revocation_endpoint"], token=self.session.token["refresh_token"],
            token_type_hint="refresh_token",
        )  # fmt: skip
        return int(answer.status_code)

    def logout(self) -> str:
        hint = self.session.token["id_token"]
        query = {"id_token_hint": hint, "post_logout_redirect_uri": SIGNED_OUT, "state": "a b&c"}
        return str(requests.Request("GET", self.server["end_session_endpoint"], params=query).prepare().url)

    def _told(self) -> Told:
        keys = KeySet.import_key_set(requests.get(self.server["jwks_uri"], timeout=10).json())
        token = jwt.decode(self.session.token["id_token"], keys, algorithms=["RS256"])
        userinfo = self.session.get(self.server["userinfo_endpoint"]).json()
        return {"tokens": dict(self.session.token), "claims": token.claims, "userinfo": userinfo}


if __name__ == "__main__":
    serve(AuthlibSession())
