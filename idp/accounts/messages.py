"""How many SMS somebody may ask for: counted by peer before they are asked for, letters cost nothing.

How many go to one number and to everybody is counted where they are sent: here it would show
whether a number is known.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from idp.database import tables
from idp.kernel.ground.faults import TooMany

from .rules import Address

SMS_BY_PEER_AN_HOUR = 10
SMS_BY_PEER_A_DAY = 30
_HOUR_SECONDS = 3600
_WINDOWS = ((_HOUR_SECONDS, SMS_BY_PEER_AN_HOUR), (24 * _HOUR_SECONDS, SMS_BY_PEER_A_DAY))


def count_message(session: Session, address: Address, peer: str, *, now: datetime) -> None:
    """Count an SMS that a peer asks for, to whomever; raises TooMany."""
    if not address.is_phone:
        return
    waits = [
        seconds - int(now.timestamp()) % seconds
        for seconds, most in _WINDOWS
        if tables.guards.hit(session, f"sms.peer.{seconds}", peer, window_seconds=seconds, now=now) > most
    ]
    if waits:
        raise TooMany(retry_after_seconds=max(waits))
