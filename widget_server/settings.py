"""Settings of the window, from WIDGET_* in the environment or the table [widget] of the file."""

from typing import cast

from pydantic import Field, SecretStr

from idp.kernel.ground.settings import KernelSettings, SettingsConfigDict
from idp.kernel.work.floor import Floor


class WindowSettings(KernelSettings):
    """What the window needs beside the floor."""

    model_config = SettingsConfigDict(env_prefix="WIDGET_", env_nested_delimiter="__", extra="forbid")

    issuer: str = Field(description="origin of the identity provider")
    frame_client_id: str = Field(default="widget", description="the public client of the frame")
    console_client_id: str = Field(default="console", description="the confidential client of our own pages")
    console_client_secret: SecretStr = SecretStr("")
    operator_name_ru: str = "iGrajdanin"
    operator_name_en: str = "iGrajdanin"
    privacy_policy_url: str = Field(default="/privacy", description="where the operator's policy is read")
    tile_url: str = Field(
        default="", description="raster tiles with {z}, {x}, {y}; empty: our own light base"
    )
    tile_attribution: str = ""
    time_zone: str = "Europe/Moscow"
    staff_email: str = Field(default="staff@igrajdanin.localhost", description="who takes what nobody serves")


def settings_of(floor: Floor) -> WindowSettings:
    """Give the floor's settings as what they are in this server."""
    return cast(WindowSettings, floor.settings)
