"""One partner at two origins."""

import pytest

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from widget_server.partners import PartnerDraft, save_partner

KEY = "dobro"
ORIGINS = ["https://dobro.test", "https://xn--90af4abj.xn--p1ai:8443"]


@pytest.fixture
def partner(floor: Floor) -> str:
    """The partner's key."""
    with floor.db.writing() as session:
        save_partner(
            session, PartnerDraft(KEY, "Добро", "Good", ORIGINS, lon=38.7, lat=55.1), now=clock.now()
        )
    return KEY
