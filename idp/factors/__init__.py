"""Factors: one-time codes of an app, codes on paper, and the devices on which they are not asked.

Leaves to its neighbours: passkeys (passkeys), when a factor is asked (signin, authorize), and the
pages where a person adds and removes them (selfservice).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

if TYPE_CHECKING:
    from .devices import forget_device, forget_devices, remember_device, use_device
    from .drafts import draft_seed, read_draft
    from .queries import App, Device, devices_of, find_app, has_totp, recovery_codes_left
    from .rules import enrolment_uri, in_groups
    from .service import (
        add_totp,
        forget_factors,
        make_recovery_codes,
        remove_totp,
        use_recovery_code,
        use_totp,
    )
    from .throttle import Kind, count_try, forgive_try, tell_of_guessing

__all__ = [
    "App",
    "Device",
    "Kind",
    "add_totp",
    "count_try",
    "devices_of",
    "draft_seed",
    "enrolment_uri",
    "find_app",
    "forget_device",
    "forget_devices",
    "forget_factors",
    "forgive_try",
    "has_totp",
    "in_groups",
    "make_recovery_codes",
    "read_draft",
    "recovery_codes_left",
    "remember_device",
    "remove_totp",
    "tell_of_guessing",
    "use_device",
    "use_recovery_code",
    "use_totp",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        devices=("forget_device", "forget_devices", "remember_device", "use_device"),
        drafts=("draft_seed", "read_draft"),
        queries=("App", "Device", "devices_of", "find_app", "has_totp", "recovery_codes_left"),
        rules=("enrolment_uri", "in_groups"),
        service=(
            "add_totp",
            "forget_factors",
            "make_recovery_codes",
            "remove_totp",
            "use_recovery_code",
            "use_totp",
        ),
        throttle=("Kind", "count_try", "forgive_try", "tell_of_guessing"),
    )
