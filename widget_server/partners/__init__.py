"""Partners: the sites that embed the widget, their keys and the origins that may frame it.

Answers one question for the frame: may this page show us, and if not, what should its webmaster
check. What a partner's visitors do is for the slices above.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .rules import Diagnosis, HostConfig, normal_origin

if TYPE_CHECKING:
    from .queries import find_host
    from .service import PartnerDraft, save_partner

__all__ = [
    "Diagnosis",
    "HostConfig",
    "PartnerDraft",
    "find_host",
    "normal_origin",
    "save_partner",
]

if not TYPE_CHECKING:
    __getattr__ = later(__name__, queries=("find_host",), service=("PartnerDraft", "save_partner"))
