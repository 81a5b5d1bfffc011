"""The documents for partners say what is so: their code is what tests run, their names are discovery's."""

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from idp.clients.cli import clients
from idp.discovery.rules import metadata

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "identity"
DOCUMENTS = sorted(FOLDER.glob("partners.*.md"))
SNIPPET = re.compile(r"<!-- file: (?P<path>\S+) -->\n```(?P<language>\w+)\n(?P<code>.*?)```\n", re.S)
FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```\n", re.S | re.M)
WORD = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
REFUSING = ("authorize", "clients", "consent", "grants", "registration", "tokens")
REGISTERED_ERRORS = """
access_denied account_selection_required authorization_pending consent_required expired_token
insufficient_scope insufficient_user_authentication interaction_required invalid_client
invalid_client_metadata invalid_dpop_proof invalid_grant invalid_redirect_uri invalid_request
invalid_request_object invalid_request_uri invalid_scope invalid_software_statement invalid_target
invalid_token login_required mismatching_redirect_uri registration_not_supported request_not_supported
request_uri_not_supported server_error slow_down temporarily_unavailable unapproved_software_statement
unauthorized_client unmet_authentication_requirements unsupported_grant_type unsupported_response_type
unsupported_token_type use_dpop_nonce
"""
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


@dataclass(frozen=True)
class Snippet:
    path: str
    language: str
    code: str


def snippets(document: Path) -> list[Snippet]:
    return [Snippet(**found.groupdict()) for found in SNIPPET.finditer(document.read_text(encoding="utf-8"))]


def table(document: Path, first: str) -> dict[str, str]:
    """Give the first two columns of the table whose head begins with some word."""
    text = document.read_text(encoding="utf-8")
    head = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\|\n", text, re.M)
    assert head, first
    rows = re.match(r"(?:\|.*\n)+", text[head.end() :])
    assert rows
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[0].splitlines()]
    return {cell[0].strip("`"): cell[1] for cell in cells}


def words(document: Path) -> set[str]:
    return set(WORD.findall(document.read_text(encoding="utf-8")))


def told() -> dict[str, object]:
    return dict(metadata("https://id.example"))


def refusals() -> set[str]:
    """Give the registered codes (RFC 6749 §11.4) that the provider's code names."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in REFUSING
        for path in sorted((ROOT / "idp" / folder).rglob("*.py"))
    )
    return {error for error in REGISTERED_ERRORS.split() if f'"{error}"' in code}


def test_there_are_two_languages():
    assert [path.name for path in DOCUMENTS] == ["partners.en.md", "partners.ru.md"]


@each_document
def test_code_is_what_the_tests_run(document):
    for snippet in snippets(document):
        whole = (ROOT / snippet.path).read_text(encoding="utf-8")
        assert dedent(snippet.code) in dedent(whole) or snippet.code in whole, snippet


@each_document
def test_every_recipe_is_somebodys_code(document):
    fenced = [found["code"] for found in FENCE.finditer(document.read_text(encoding="utf-8"))]
    own = {snippet.code for snippet in snippets(document)}
    assert all(code in own or code.startswith("idp clients add") for code in fenced)


def test_languages_say_the_same():
    english, russian = DOCUMENTS
    assert snippets(english) == snippets(russian)
    assert words(english) == words(russian)


@each_document
def test_links_lead_somewhere(document):
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        assert target.startswith("https:") or (FOLDER / target).exists(), target


@pytest.mark.parametrize(
    ("document", "head"), [(DOCUMENTS[0], "name in discovery"), (DOCUMENTS[1], "имя в discovery")]
)
def test_endpoints_are_those_of_discovery(document, head):
    named = {name: f"https://id.example{path.strip('`')}" for name, path in table(document, head).items()}
    known = {name: url for name, url in told().items() if name.endswith("_endpoint") or name == "jwks_uri"}
    assert named == known


@each_document
def test_scopes_and_claims_are_those_of_discovery(document):
    assert list(table(document, "scope")) == told()["scopes_supported"]
    assert set(told()["claims_supported"]) <= words(document)


@each_document
def test_levels_are_those_of_discovery(document):
    assert list(table(document, "`acr`")) == told()["acr_values_supported"]


@each_document
def test_ways_to_prove_a_client_are_those_of_discovery(document):
    ways = set(told()["token_endpoint_auth_methods_supported"]) - {"none"}
    assert ways <= words(document)
    assert set(told()["request_object_signing_alg_values_supported"]) <= words(document)


@each_document
def test_every_refusal_is_explained(document):
    text = document.read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z]+(?:_[a-z]+)+)` \|", text.partition("| `error` |")[2], re.M))
    assert explained == refusals()


@each_document
def test_options_of_the_command_exist(document):
    known = {option for param in clients.commands["add"].params for option in param.opts}
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text.partition("idp clients add")[2])) <= known
