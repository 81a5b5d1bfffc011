"""What a person may tell about themselves: the standard claims of OpenID Connect Core §5.1, all optional."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """The claims a person edits; in `claims`, an empty value takes a claim away."""

    name: str
    given_name: str
    family_name: str
    locale: str
    claims: Mapping[str, Any] = field(default_factory=dict)
