"""What is sealed opens only under the same secret and for the same purpose."""

import pytest

from idp.kernel.crypto.envelope import Envelope, EnvelopeBroken


def test_sealed_value_opens_again() -> None:
    assert Envelope(["s" * 40]).open(Envelope(["s" * 40]).seal(b"key", "p"), "p") == b"key"


def test_older_secret_still_opens() -> None:
    sealed = Envelope(["old" * 12]).seal(b"key", "p")
    assert Envelope(["new" * 12, "old" * 12]).open(sealed, "p") == b"key"


@pytest.mark.parametrize(
    ("secret", "purpose", "flip"), [("x" * 40, "p", 0), ("s" * 40, "q", 0), ("s" * 40, "p", 1)]
)
def test_wrong_secret_purpose_or_content_is_refused(secret: str, purpose: str, flip: int) -> None:
    sealed = bytearray(Envelope(["s" * 40]).seal(b"key", "p"))
    sealed[-1] ^= flip
    with pytest.raises(EnvelopeBroken):
        Envelope([secret]).open(bytes(sealed), purpose)
