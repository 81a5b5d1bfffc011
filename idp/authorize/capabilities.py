"""What the authorization endpoint can do, as its steps obey it and discovery tells it."""

from idp.kernel.crypto.jose import ForeignAlgorithm

RESPONSE_MODES = ("query", "form_post")
PROMPTS = ("none", "login", "consent", "select_account", "create")
REQUEST_OBJECT_ALGORITHMS: tuple[ForeignAlgorithm, ...] = ("RS256", "PS256", "ES256")
