"""RFC 6749 appendix A, spec C2.17: bounded values, no NUL; other odd characters come back as they came."""

from ..draft import Draft, World

LONGEST_VALUE = 16_384


def run(draft: Draft, _world: World) -> None:
    """Refuse NUL, which a database cannot keep and so could not give back exactly."""
    if any("\0" in name + "".join(values) for name, values in draft.sent.items()):
        draft.sent = {n: v for n, v in draft.sent.items() if n != "state" or "\0" not in "".join(v)}
        raise draft.refused("invalid_request", "a parameter holds a character that is not allowed")
    if any(len("".join(values)) > LONGEST_VALUE for values in draft.sent.values()):
        raise draft.refused("invalid_request", "a parameter is too long")
