"""What queries and headers of the API are made of: models whose own description is cheap to ask for."""

from functools import cache
from typing import Any

from pydantic import BaseModel


class Asked(BaseModel):
    """A model whose plain JSON schema is made once, because flask-openapi3 asks for it at every request.

    Making it takes some 0.8 ms, a quarter of a whole call per pin. Whoever asks gets the same mapping
    and must not change it; the description of the API asks with arguments, and gets one of its own.
    """

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the JSON schema."""
        if args or kwargs:
            return super().model_json_schema(*args, **kwargs)
        return cls._plain_schema()

    @classmethod
    @cache
    def _plain_schema(cls) -> dict[str, Any]:
        return super().model_json_schema()
