"""RFC 9101 §6, §7 and OpenID Connect Core §3.1.2.6: what was wrong with `request` or `request_uri`.

Both are read before the redirect address is known, since they may hold it; here, where a refusal can
travel, it does. Neither is ever silently ignored.
"""

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Refuse with the exact error."""
    if draft.fault is not None:
        raise draft.refused(draft.fault.error, draft.fault.description)
