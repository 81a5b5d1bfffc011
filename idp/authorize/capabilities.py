"""What the authorization endpoint can do, as discovery tells it: said by the steps themselves."""

from .request_objects import ALGORITHMS as REQUEST_OBJECT_ALGORITHMS
from .steps.check_prompt import KNOWN as PROMPTS
from .steps.check_response_mode import SUPPORTED as RESPONSE_MODES

__all__ = ["PROMPTS", "REQUEST_OBJECT_ALGORITHMS", "RESPONSE_MODES"]
