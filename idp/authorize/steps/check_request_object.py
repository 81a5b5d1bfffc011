"""OpenID Connect Core §6, §3.1.2.6: request objects are not taken yet, and never silently ignored."""

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Answer both parameters with their own error."""
    if draft.one("request") is not None:
        raise draft.refused("request_not_supported", "the parameter request is not supported")
    if draft.one("request_uri") is not None:
        raise draft.refused("request_uri_not_supported", "the parameter request_uri is not supported")
