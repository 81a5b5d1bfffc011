"""A screen that exists in memory only, for browsers that need one or are seen wrongly without.

Firefox without a screen leaves masks out of its own screenshots of a frame of another site, so what
would be shown is taken from the screen itself.
"""

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import ImageGrab

BINARY = Path("/usr/bin/Xvfb")
SIZE = "1280x4000x24"
"""Tall, so that a window can be made as tall as its page for a picture."""
STOP_WITHIN_SECONDS = 15.0


@contextmanager
def screen() -> Iterator[str]:
    """Start a screen and give its name; it chooses a free number itself, and ends with its process."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [
            str(BINARY),
            "-displayfd",
            str(writing),
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            SIZE,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[writing],
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{int(number.readline())}"
    finally:
        process.terminate()
        process.wait(STOP_WITHIN_SECONDS)


def seen(name: str, *, left: int, top: int, width: int, height: int) -> bytes:
    """Give a part of a screen as a PNG."""
    picture, buffer = ImageGrab.grab(xdisplay=name), io.BytesIO()
    picture.crop((left, top, left + width, top + height)).save(buffer, "PNG")
    return buffer.getvalue()
