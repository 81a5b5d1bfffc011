"""idpyoidc: pyoidc's successor; it checks `iss` of the answer and asks by what discovery offers."""

import os
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from idpyoidc.client.rp_handler import RPHandler

from .acts import CALLBACK, CLIENT_ID, CLIENT_SECRET, ISSUER, SCOPE, SIGNED_OUT, SITE, Told, serve

PROOF = {"client_authn_methods": ["client_secret_basic"]}  # its refresh knows no way by itself
TRUSTED = {"verify": os.environ["REQUESTS_CA_BUNDLE"], "timeout": 10}
CONFIGURATION = {
    "provider": {
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "client_type": "oidc",
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [SIGNED_OUT],
        "response_types_supported": ["code"],
        "scopes_supported": SCOPE.split(),
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "add_ons": {
            "pkce": {
                "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
            }
        },
        "services": {
            name: {
                "class": f"idpyoidc.client.oidc.{module}",
                "kwargs": PROOF if name == "refresh_token" else {},
            }
            for name, module in {
                "provider_info_discovery": "provider_info_discovery.ProviderInfoDiscovery",
                "registration": "registration.Registration",
                "authorization": "authorization.Authorization",
                "accesstoken": "access_token.AccessToken",
                "refresh_token": "refresh_access_token.RefreshAccessToken",
                "userinfo": "userinfo.UserInfo",
                "end_session": "end_session.EndSession",
            }.items()
        },
    }
}


class Idpyoidc:
    def __init__(self) -> None:
        self.handler = RPHandler(base_url=SITE, client_configs=CONFIGURATION, httpc_params=TRUSTED)
        self.state = ""

    def login(self) -> str:
        return str(self.handler.begin("provider"))

    def callback(self, url: str) -> Told:
        answer = dict(parse_qsl(urlsplit(url).query))
        self.state = answer["state"]
        done = self.handler.finalize(ISSUER, answer)
        assert "error" not in done, done
        return self._told(done["userinfo"].to_dict())

    def refresh(self) -> Told:
        self.handler.refresh_access_token(self.state)
        return self._told(self.handler.get_user_info(self.state).to_dict())

    def revoke(self) -> int:
        raise NotImplementedError("this configuration has no service for it")

    def logout(self) -> str:
        return str(self.handler.logout(self.state, post_logout_redirect_uri=SIGNED_OUT)["url"])

    def _told(self, userinfo: dict[str, Any]) -> Told:
        client = self.handler.get_client_from_session_key(self.state)
        kept = client.get_context().cstate.get(self.state)
        tokens = {name: kept[name] for name in ("access_token", "refresh_token")}
        return {"tokens": tokens, "claims": dict(kept["__verified_id_token"].items()), "userinfo": userinfo}


if __name__ == "__main__":
    serve(Idpyoidc())
