"""oic (pyoidc): the library of many Python services, and of Flask-pyoidc beneath.

It sends no PKCE, asks userinfo by POST with the token in the body, and has no revocation.
"""

from urllib.parse import urlsplit

from oic import rndstr
from oic.oic import Client
from oic.oic.message import AuthorizationResponse, RegistrationResponse
from oic.utils.authn.client import CLIENT_AUTHN_METHOD

from .acts import CALLBACK, CLIENT_ID, CLIENT_SECRET, ISSUER, SCOPE, SIGNED_OUT, Told, serve


class Pyoidc:
    def __init__(self) -> None:
        self.client = Client(client_authn_method=CLIENT_AUTHN_METHOD)
        self.client.provider_config(ISSUER)
        known = RegistrationResponse(client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        self.client.store_registration_info(known)
        self.client.redirect_uris = [CALLBACK]
        self.state = ""

    def login(self) -> str:
        self.state = rndstr()
        asked = self.client.construct_AuthorizationRequest(
            request_args={
                "client_id": CLIENT_ID, "response_type": "code", "scope": SCOPE.split(),
                "redirect_uri": CALLBACK, "state": self.state, "nonce": rndstr(),
            }
        )  # fmt: skip
        return str(asked.request(self.client.authorization_endpoint))

    def callback(self, url: str) -> Told:
        answer = self.client.parse_response(
            AuthorizationResponse, info=urlsplit(url).query, sformat="urlencoded"
        )
        assert answer["state"] == self.state
        tokens = self.client.do_access_token_request(
            state=self.state, request_args={"code": answer["code"]}, authn_method="client_secret_basic"
        )
        return self._told(tokens.to_dict())

    def refresh(self) -> Told:
        tokens = self.client.do_access_token_refresh(
            state=self.state, authn_method="client_secret_basic", scope=SCOPE
        )
        return self._told(tokens.to_dict())

    def revoke(self) -> int:
        raise NotImplementedError("pyoidc's client of OpenID Connect revokes nothing")

    def logout(self) -> str:
        asked = self.client.construct_EndSessionRequest(
            state=self.state, request_args={"post_logout_redirect_uri": SIGNED_OUT}
        )
        return str(asked.request(self.client.end_session_endpoint))

    def _told(self, tokens: Told) -> Told:
        userinfo = self.client.do_user_info_request(state=self.state).to_dict()
        claims = self.client.get_grant(self.state).get_id_token().to_dict()
        return {
            "tokens": {k: v for k, v in tokens.items() if k != "id_token"},
            "claims": claims,
            "userinfo": userinfo,
        }


if __name__ == "__main__":
    serve(Pyoidc())
