"""What the API takes and gives, as pydantic models: the OpenAPI description is made of these."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .asked import Asked

Language = Annotated[str, Field(pattern="^(ru|en)$", description="ru or en")]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="degrees, WGS 84")]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="degrees, WGS 84")]


class PinQuery(Asked):
    """A pin on the map."""

    lon: Longitude
    lat: Latitude
    lang: Language = "ru"


class PlacesQuery(Asked):
    """Words that may name a place; `lon, lat` bring near ones to the front."""

    q: str = Field(min_length=1, max_length=200)
    lang: Language = "ru"
    lon: Longitude | None = None
    lat: Latitude | None = None


class BasemapQuery(Asked):
    """The visible part of a map."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude
    lang: Language = "ru"

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not (self.west < self.east and self.south < self.north):
            raise ValueError("west must be less than east, and south less than north")
        return self


class NumberPath(BaseModel):
    """A report's public number."""

    number: str = Field(max_length=20)


class ReportBody(BaseModel):
    """A report. `consents` are the purposes a person agreed to, each asked for by its own text."""

    model_config = ConfigDict(extra="forbid")

    partner: str = Field(max_length=40, description="the partner's public key")
    lon: Longitude
    lat: Latitude
    address: str = Field(default="", max_length=300)
    category: str = Field(max_length=80)
    description: str = Field(default="", max_length=4000)
    answers: dict[str, str] = Field(default_factory=dict, max_length=20)
    service: str = Field(default="", max_length=80, description="the code picked where several serve")
    photos: list[str] = Field(default_factory=list, max_length=5, description="tokens given by POST /photos")
    email: str = Field(default="", max_length=254)
    name: str = Field(default="", max_length=200)
    consents: list[str] = Field(default_factory=list, max_length=5)
    lang: Language = "ru"


class ReportHeaders(Asked):
    """The idempotency key: the same key and body give one report, however often they come."""

    idempotency_key: str = Field(alias="Idempotency-Key", min_length=8, max_length=120)
