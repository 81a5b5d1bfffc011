"""The slices of the window, lowest first: adding one is a folder and one line here."""

from collections.abc import Sequence

from idp.kernel.work.slices import Slice

from .api.slice import SLICE as API
from .console.slice import SLICE as CONSOLE
from .frame.slice import SLICE as FRAME
from .identity.slice import SLICE as IDENTITY
from .media.slice import SLICE as MEDIA
from .notifications.slice import SLICE as NOTIFICATIONS
from .partners.slice import SLICE as PARTNERS
from .privacy.slice import SLICE as PRIVACY
from .problems.slice import SLICE as PROBLEMS
from .routing.slice import SLICE as ROUTING
from .territories.slice import SLICE as TERRITORIES

SLICES: Sequence[Slice] = (
    PRIVACY,
    IDENTITY,
    PARTNERS,
    NOTIFICATIONS,
    TERRITORIES,
    MEDIA,
    ROUTING,
    PROBLEMS,
    FRAME,
    API,
    CONSOLE,
)
