"""Pictures from strangers, made safe to keep and to show.

Every picture is decoded in a child process of its own (`images_child`) that bounds its memory, time
and files, and comes back encoded anew from bare pixels: turned upright, shrunk, without metadata
(spec C8.3), other frames or the trailing half of a polyglot (C8.4). What a file is, its content says,
never its name or declared type. All doubt fails closed: a crash, a kill, a late or odd answer is a
fault, and no byte of the original is ever given back. Colour profiles are dropped, not converted.
"""

import json
import struct
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore, Timer

from idp.kernel.ground.faults import Fault, Invalid, TooLarge, Unavailable, UnsupportedMedia

# Isolated mode also keeps this folder out of the child's path, where `http.py` would hide the standard one.
_COMMAND = (sys.executable, "-I", "-B", str(Path(__file__).with_name("images_child.py")))
# A bound of this process, not state: two children at most, so that uploads cannot eat the machine.
_PLACES = BoundedSemaphore(2)
_MOST_ANSWER_BYTES = 16 * 2**20
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}


class PictureTooLarge(TooLarge):
    """More bytes or more pixels than we open."""

    code = "picture-too-large"
    title = "This picture is too large"
    detail = "Choose a smaller picture, or take the photo again with a lower resolution."


class PictureNotAccepted(UnsupportedMedia):
    """The content is no JPEG, PNG or WebP."""

    code = "picture-not-accepted"
    detail = "Choose a photo in JPEG, PNG or WebP."


class PictureUnreadable(Invalid):
    """It begins as a picture and cannot be decoded within the limits."""

    code = "picture-unreadable"
    title = "This picture cannot be read"
    detail = "The file seems to be damaged. Choose another photo or take it again."


_HEIC_DETAIL = (
    "This is a HEIC photo, which many devices cannot show. Save it as JPEG and choose it again; "
    "on an iPhone: Settings, Camera, Formats, Most Compatible."
)
_REFUSALS: dict[object, type[Fault]] = {"too-large": PictureTooLarge, "unreadable": PictureUnreadable}


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """How much of everything one picture may take, and how large the results are (sides in pixels)."""

    max_bytes: int = 25 * 2**20
    max_pixels: int = 50_000_000
    memory_bytes: int = 512 * 2**20
    cpu_seconds: int = 5
    wall_seconds: float = 8.0
    wait_seconds: float = 10.0
    full_side: int = 1600
    thumbnail_side: int = 320


DEFAULT = PictureLimits()


@dataclass(frozen=True, slots=True)
class TakenPosition:
    """Where a picture says it was taken, in degrees WGS 84."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture: `full` is JPEG of width × height, `thumbnail` is WebP.

    `taken_position` was read before the metadata went; it is there to be offered to the person who
    uploads, and is never to be stored without being accepted.
    """

    full: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_position: TakenPosition | None


def process_picture(data: bytes, *, limits: PictureLimits = DEFAULT) -> Picture:
    """Give the clean picture that a stranger's bytes hold, upright and at most 1600 pixels long.

    Raises PictureNotAccepted (415), PictureTooLarge (413), PictureUnreadable (422), or Unavailable
    (503) when no place among the children came free in time. Takes some 0.1 to 1 s: call it outside
    of transactions.
    """
    _check_kind(data)
    if len(data) > limits.max_bytes:
        raise PictureTooLarge
    if not _PLACES.acquire(timeout=limits.wait_seconds):
        raise Unavailable(retry_after_seconds=10)
    try:
        answer = _ask_child(data, limits)
    finally:
        _PLACES.release()
    return _read_answer(answer, limits)


def _check_kind(data: bytes) -> None:
    if not data:
        raise PictureUnreadable
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise PictureNotAccepted(_HEIC_DETAIL)
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    if not (is_webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))):
        raise PictureNotAccepted


def _ask_child(data: bytes, limits: PictureLimits) -> bytes:
    try:
        # No preexec_fn: it may deadlock in a threaded server, so the child bounds itself.
        with subprocess.Popen(  # noqa: S603 the command is a constant
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        ) as child:
            return _converse(child, _request(data, limits), limits.wall_seconds)
    except OSError:  # it died before it had read everything
        raise PictureUnreadable from None


def _converse(child: subprocess.Popen[bytes], request: bytes, wall_seconds: float) -> bytes:
    """Give what the child answered; at the end of its time both pipes break and it is dead."""
    stdin, stdout = child.stdin, child.stdout
    if stdin is None or stdout is None:
        raise OSError("both are pipes")
    watchdog = Timer(wall_seconds, child.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        stdin.write(request)
        stdin.close()
        answer = stdout.read(_MOST_ANSWER_BYTES)
    finally:
        # Whoever is still alive once its answer is complete, or too long, has no more to say.
        watchdog.cancel()
        child.kill()
    return answer


def _request(data: bytes, limits: PictureLimits) -> bytes:
    return b"".join(_frame(part) for part in (json.dumps(asdict(limits)).encode(), data))


def _frame(part: bytes) -> bytes:
    return struct.pack(">I", len(part)) + part


def _read_answer(answer: bytes, limits: PictureLimits) -> Picture:
    """Give the picture, believing nothing: the one who answers has just read a stranger's bytes."""
    try:
        parts = _frames(answer)
        facts = json.loads(parts[0])
        if "refusal" in facts:
            raise _REFUSALS[facts["refusal"]]
        _, full, thumbnail = parts
        picture = Picture(full, thumbnail, *_size(facts, limits), _taken(facts["position"]))
    except (ValueError, KeyError, TypeError, IndexError, struct.error, RecursionError):
        raise PictureUnreadable from None
    if not full.startswith(b"\xff\xd8\xff") or thumbnail[8:12] != b"WEBP":
        raise PictureUnreadable
    return picture


def _frames(answer: bytes) -> list[bytes]:
    parts = []
    while answer:
        (length,) = struct.unpack_from(">I", answer)
        if len(answer) < 4 + length:
            raise ValueError(length)
        parts.append(answer[4 : 4 + length])
        answer = answer[4 + length :]
    return parts


def _size(facts: dict[str, int], limits: PictureLimits) -> tuple[int, int]:
    width, height = int(facts["width"]), int(facts["height"])
    if not (0 < width <= limits.full_side and 0 < height <= limits.full_side):
        raise ValueError(facts)
    return width, height


def _taken(position: list[float] | None) -> TakenPosition | None:
    if position is None:
        return None
    lon, lat = (float(value) for value in position)
    return TakenPosition(lon, lat)
