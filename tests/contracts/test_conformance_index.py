"""The modules of the certification suite, and the test of ours that stands for each.

A module's test has the module's name (`oidcc-max-age-1` is `test_oidcc_max_age_1`), so the index is
the list of names; what is missing in `tests/` fails here.
"""

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
BASIC = """
oidcc-server oidcc-response-type-missing oidcc-idtoken-signature oidcc-idtoken-rs256 oidcc-idtoken-unsigned
oidcc-userinfo-get oidcc-userinfo-post-header oidcc-userinfo-post-body
oidcc-ensure-request-without-nonce-succeeds-for-code-flow oidcc-scope-profile oidcc-scope-email
oidcc-scope-address oidcc-scope-phone oidcc-scope-all oidcc-alternate-happy-flow oidcc-display-page
oidcc-display-popup oidcc-prompt-login oidcc-prompt-none-not-logged-in oidcc-prompt-none-logged-in
oidcc-max-age-1 oidcc-max-age-10000 oidcc-ensure-request-with-unknown-parameter-succeeds
oidcc-id-token-hint oidcc-login-hint oidcc-ui-locales oidcc-claims-locales
oidcc-ensure-request-with-acr-values-succeeds oidcc-codereuse oidcc-codereuse-30seconds
oidcc-ensure-registered-redirect-uri oidcc-ensure-post-request-succeeds oidcc-server-client-secret-post
oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported oidcc-claims-essential
oidcc-ensure-request-with-valid-pkce-succeeds oidcc-ensure-request-object-with-redirect-uri
oidcc-refresh-token oidcc-userinfo-rs256
"""
# Each module of Form post is a module of Basic with response_mode=form_post: `site` of the tests' stage
# runs them in both.
CONFIG = "oidcc-discovery-endpoint-verification oidcc-server-rotate-keys"
REDIRECT = """
oidcc-redirect-uri-query-added oidcc-redirect-uri-query-mismatch oidcc-redirect-uri-query-OK
oidcc-ensure-redirect-uri-in-authorization-request
"""
REQUEST_OBJECTS = """
oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported oidcc-request-uri-unsigned
oidcc-request-uri-signed-rs256
"""
LOGOUT = """
oidcc-rp-initiated-logout-discovery-endpoint-verification oidcc-rp-initiated-logout
oidcc-rp-initiated-logout-no-state oidcc-rp-initiated-logout-bad-post-logout-redirect-uri
oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
oidcc-rp-initiated-logout-bad-id-token-hint oidcc-rp-initiated-logout-modified-id-token-hint
oidcc-rp-initiated-logout-no-id-token-hint oidcc-rp-initiated-logout-no-params
oidcc-rp-initiated-logout-only-state oidcc-rp-initiated-logout-no-post-logout-redirect-uri
oidcc-backchannel-logout-discovery-endpoint-verification oidcc-backchannel-rp-initiated-logout
"""
PAGES = "oidcc-registration-logo-uri oidcc-registration-policy-uri oidcc-registration-tos-uri"
# Of the modules about registration all but the one that demands the implicit grant of discovery.
REGISTRATION = """
oidcc-registration-jwks-uri oidcc-registration-sector-uri oidcc-registration-sector-bad
oidcc-redirect-uri-regfrag oidcc-3rd_party-init-login oidcc-3rd_party-init-login-nohttps
oidcc-refresh-token-rp-key-rotation
oidcc-ensure-client-assertion-with-iss-aud-succeeds
"""
GROUPS = (BASIC, CONFIG, REDIRECT, REQUEST_OBJECTS, LOGOUT, PAGES, REGISTRATION)
MODULES = [module for group in GROUPS for module in group.split()]


def name_of_test(module: str) -> str:
    """Give the name of the test that stands for a module."""
    return "test_" + module.replace("-", "_").lower()


def written_tests() -> frozenset[str]:
    """Give the names of all tests, read and not run."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in TESTS.rglob("test_*.py"))
    return frozenset(
        node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    )


def test_every_module_has_its_test() -> None:
    there = written_tests()
    assert [module for module in MODULES if name_of_test(module) not in there] == []


def test_no_module_is_named_twice() -> None:
    assert len(MODULES) == len(set(MODULES))
