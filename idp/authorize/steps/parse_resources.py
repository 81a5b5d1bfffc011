"""RFC 8707 §2, `resource`: for which of our APIs the access token is meant; each must be the client's."""

from idp.tokens import is_resource

from ..draft import Draft, World

MOST_RESOURCES = 10


def run(draft: Draft, world: World) -> None:
    """Read the resources, each once."""
    asked = tuple(dict.fromkeys(value for value in draft.sent.get("resource", ()) if value))
    allowed = {*draft.known_client().resources, world.settings.api_audience}
    if len(asked) > MOST_RESOURCES or not all(is_resource(one) and one in allowed for one in asked):
        raise draft.refused("invalid_target", "a resource is unknown or not allowed to this client")
    draft.resources = asked
