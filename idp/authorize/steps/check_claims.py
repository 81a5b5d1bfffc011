"""OpenID Connect Core §5.5, `claims`: single claims of userinfo and of the ID token.

All standard claims are voluntary for us, `essential` or not (§5.5.1): what a person has not is not
told. What belongs to a scope that the client may not have is left out. Three claims are wishes about
the sign-in itself: `sub` with a value (whom the client wants), `acr` with values (how sure it wants
to be), `auth_time` (always told).
"""

import json
from collections.abc import Mapping
from typing import Any

from idp.accounts import LEVELS
from idp.consent import CLAIM
from idp.kernel.ground.ids import parse_id
from idp.tokens import SCOPE_OF_CLAIM, subject_for

from ..draft import Draft, World

_LONGEST = 8192
Members = Mapping[str, Mapping[str, Any]]


def run(draft: Draft, _world: World) -> None:
    """Read which claims are asked, and what is wished of the sign-in."""
    text = draft.one("claims")
    if text is None:
        return
    parsed = _parsed(draft, text)
    userinfo, id_token = _members(draft, parsed, "userinfo"), _members(draft, parsed, "id_token")
    draft.claims, draft.id_token_claims = _allowed(draft, userinfo), _allowed(draft, id_token)
    named = dict.fromkeys((*draft.claims, *draft.id_token_claims))
    beyond = [CLAIM + name for name in named if SCOPE_OF_CLAIM[name] not in draft.scope]
    draft.consent_scope = (*draft.scope, *beyond)
    _wish_person(draft, userinfo, id_token)
    _wish_level(draft, id_token.get("acr", {}))


def _parsed(draft: Draft, text: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise draft.refused("invalid_request", "claims is not a JSON object")
    return parsed


def _members(draft: Draft, parsed: Mapping[str, Any], place: str) -> Members:
    """Give the members of one place; null says that nothing is special about a claim (§5.5.1)."""
    asked = {} if parsed.get(place) is None else parsed[place]
    if not isinstance(asked, dict) or not all(isinstance(one, dict | None) for one in asked.values()):
        raise draft.refused("invalid_request", f"claims.{place} is not as OpenID Connect Core 5.5 says")
    return {name: wish or {} for name, wish in asked.items()}


def _allowed(draft: Draft, asked: Members) -> tuple[str, ...]:
    scopes = draft.known_client().scopes
    return tuple(name for name in asked if SCOPE_OF_CLAIM.get(name) in scopes)


def _wish_person(draft: Draft, *places: Members) -> None:
    """Take `sub` with a value as a hint (§5.5.1, §3.1.2.2); two hints at two people are nobody."""
    values = [place["sub"]["value"] for place in places if "value" in place.get("sub", {})]
    first = values[0] if values else None
    is_one = all(isinstance(value, str) and value == first for value in values)
    if not is_one or (first is not None and first not in (_names_hinted(draft) or (first,))):
        raise draft.refused("login_required", "nobody is all the people that are asked for")
    draft.hinted_sub = draft.hinted_sub or first


def _names_hinted(draft: Draft) -> tuple[str, ...]:
    """Give the subjects of whom the id_token_hint names, as we know them and as the client does."""
    account_id = parse_id(draft.hinted_sub or "")
    if account_id is None:
        return (draft.hinted_sub,) if draft.hinted_sub else ()
    return (str(account_id), subject_for(draft.known_client(), account_id))


def _wish_level(draft: Draft, acr: Mapping[str, Any]) -> None:
    """Take the values of `acr` (§5.5.1.1); where it is essential nothing else will do."""
    values = acr.get("values", [acr["value"]] if "value" in acr else [])
    if not isinstance(values, list):
        raise draft.refused("invalid_request", "the values of acr are no list")
    if not values:
        return
    levels = tuple(level for level in LEVELS if level in values)
    wanted = tuple(sorted(levels, key=values.index))
    draft.essential_acr = acr.get("essential") is True
    if draft.essential_acr and not wanted:
        raise draft.refused("unmet_authentication_requirements", "no such level is known here")
    draft.acr_values = wanted if draft.essential_acr else (*wanted, *draft.acr_values)
