"""requests-oauthlib for the way there and back, google-auth for checking the ID token."""

import os
from typing import Any

import requests
from google.auth.transport.requests import Request
from google.oauth2.id_token import verify_token
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from .acts import CALLBACK, CLIENT_ID, CLIENT_SECRET, ISSUER, SCOPE, SIGNED_OUT, Told, serve

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the site itself is at a plain loopback address


class RequestsOauthlib:
    def __init__(self) -> None:
        self.server = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
        self.session = OAuth2Session(CLIENT_ID, scope=SCOPE.split(), redirect_uri=CALLBACK, pkce="S256")
        self.proof = HTTPBasicAuth(CLIENT_ID, CLIENT_SECRET)
        self.nonce = "a-nonce-of-one-sign-in"

    def login(self) -> str:
        url, _ = self.session.authorization_url(self.server["authorization_endpoint"], nonce=self.nonce)
        return str(url)

    def callback(self, url: str) -> Told:
        tokens = self.session.fetch_token(
            self.server["token_endpoint"], authorization_response=url, auth=self.proof
        )
        told = self._told(tokens)
        assert told["claims"]["nonce"] == self.nonce
        return told

    def refresh(self) -> Told:
        return self._told(self.session.refresh_token(self.server["token_endpoint"], auth=self.proof))

    def revoke(self) -> int:
        sent = {"token": self.session.token["refresh_token"]}
        answer = requests.post(
            self.server["revocation_endpoint"], data=sent, auth=(CLIENT_ID, CLIENT_SECRET), timeout=10
        )
        return answer.status_code

    def logout(self) -> str:
        query = {"id_token_hint": self.session.token["id_token"], "post_logout_redirect_uri": SIGNED_OUT}
        return str(requests.Request("GET", self.server["end_session_endpoint"], params=query).prepare().url)

    def _told(self, tokens: dict[str, Any]) -> Told:
        claims = verify_token(
            self.session.token["id_token"], Request(), audience=CLIENT_ID, certs_url=self.server["jwks_uri"]
        )
        userinfo = self.session.get(self.server["userinfo_endpoint"]).json()
        return {"tokens": dict(tokens), "claims": dict(claims), "userinfo": userinfo}


if __name__ == "__main__":
    serve(RequestsOauthlib())
