"""The provider's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).

What is not supported is said explicitly, because several members default to yes when absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from idp.accounts import LEVELS
from idp.authorize import PROMPTS, REQUEST_OBJECT_ALGORITHMS, RESPONSE_MODES
from idp.clients import SCOPES, AuthMethod
from idp.grants import GRANT_TYPES
from idp.kernel.crypto.jose import FOREIGN_ALGORITHMS
from idp.kernel.ground.settings import LANGUAGES
from idp.tokens import CLAIMS_OF_SCOPE

_OWN_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid")
_PROOFS = ("client_secret_basic", "client_secret_post", "private_key_jwt")


@dataclass(frozen=True, slots=True)
class Papers:
    """Where people read about the provider; empty where there is nothing to read."""

    documentation: str = ""
    policy: str = ""
    terms: str = ""

    def members(self) -> dict[str, str]:
        """Give the members of the metadata for what there is."""
        named = {
            "service_documentation": self.documentation,
            "op_policy_uri": self.policy,
            "op_tos_uri": self.terms,
        }
        return {name: url for name, url in named.items() if url}


NO_PAPERS = Papers()


def metadata(issuer: str, papers: Papers = NO_PAPERS) -> Mapping[str, object]:
    """Give an issuer's metadata; addresses start with the configured one, never with a request's host."""
    told = sorted({claim for claims in CLAIMS_OF_SCOPE.values() for claim in claims})
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "pushed_authorization_request_endpoint": f"{issuer}/par",
        "require_pushed_authorization_requests": False,
        "revocation_endpoint": f"{issuer}/revoke",
        "revocation_endpoint_auth_methods_supported": [*_PROOFS, "none"],
        "revocation_endpoint_auth_signing_alg_values_supported": list(FOREIGN_ALGORITHMS),
        "introspection_endpoint": f"{issuer}/introspect",
        "introspection_endpoint_auth_methods_supported": list(_PROOFS),
        "introspection_endpoint_auth_signing_alg_values_supported": list(FOREIGN_ALGORITHMS),
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "registration_endpoint": f"{issuer}/connect/register",
        "end_session_endpoint": f"{issuer}/logout",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANT_TYPES),
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "userinfo_signing_alg_values_supported": ["RS256", "ES256"],
        "request_object_signing_alg_values_supported": list(REQUEST_OBJECT_ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(get_args(AuthMethod)),
        "token_endpoint_auth_signing_alg_values_supported": list(FOREIGN_ALGORITHMS),
        "claims_supported": [*_OWN_CLAIMS, *told],
        "claim_types_supported": ["normal"],
        "acr_values_supported": list(LEVELS),
        "prompt_values_supported": list(PROMPTS),
        "display_values_supported": ["page", "popup"],
        "ui_locales_supported": list(LANGUAGES),
        "code_challenge_methods_supported": ["S256"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
        "authorization_response_iss_parameter_supported": True,
        "frontchannel_logout_supported": False,
        "frontchannel_logout_session_supported": False,
        "tls_client_certificate_bound_access_tokens": False,
        **papers.members(),
    }
