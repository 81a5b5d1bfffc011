"""The child that opens one stranger's picture and dies: the only file that imports Pillow.

It is started by its path, in isolated mode and with an empty environment, so it imports nothing of
ours. It bounds itself before it reads a byte of the picture, reads the limits and the picture as two
length-prefixed frames from standard input, and answers with three: facts, full picture, thumbnail.
A refusal is one frame that holds only a word; whatever else goes wrong is an exit the parent refuses.
What leaves here was encoded anew from bare pixels: no metadata, no further frames, no trailing bytes.
"""

import io
import json
import math
import resource
import struct
import sys
import warnings
from typing import Any

from PIL import Image, WebPImagePlugin

# Naming the plugin keeps Pillow from loading all forty others to find it.
_FORMATS = ("JPEG", "PNG", WebPImagePlugin.WebPImageFile.format)
# Megapixels that decode within some 200 MB (spec C8.5, measured) where Pillow must hold the whole picture;
# a baseline JPEG is decoded at a fraction of its size and may have as many as the limits say.
_MOST_WHOLE = {"PNG": 16, "WEBP": 13, "progressive": 28}
_ORIENTATION, _GPS = 0x0112, 0x8825
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def main() -> None:
    """Answer the one request on standard input."""
    limits = json.loads(_read_frame())
    _bound_self(limits)
    try:
        answer = _process(_read_frame(), limits)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        answer = _refusal("too-large")
    except Exception:  # the decoders raise anything at all; the parent makes one fault of it
        answer = _refusal("unreadable")
    sys.stdout.buffer.write(b"".join(struct.pack(">I", len(part)) + part for part in answer))


def _bound_self(limits: dict[str, int]) -> None:
    """Give up what a hostile picture could use: memory, time, files to write, core dumps."""
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    Image.MAX_IMAGE_PIXELS = limits["max_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _process(data: bytes, limits: dict[str, int]) -> tuple[bytes, ...]:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        _check_size(opened)
        position = _position(opened)
        full = _bare(_turned(_shrunk(opened, limits["full_side"])))
    facts = {"width": full.width, "height": full.height, "position": position}
    thumbnail = _shrunk(full.copy(), limits["thumbnail_side"])
    return json.dumps(facts).encode(), _jpeg(full), _webp(thumbnail)


def _check_size(image: Image.Image) -> None:
    """Refuse by the header alone, before a pixel is decoded."""
    kind = "progressive" if "progressive" in image.info else str(image.format)
    most = _MOST_WHOLE.get(kind)
    if most is not None and image.width * image.height > most * 1_000_000:
        raise Image.DecompressionBombError(kind)


def _refusal(word: str) -> tuple[bytes, ...]:
    return (json.dumps({"refusal": word}).encode(),)


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    """Give the picture with its long side at most `side`, in a mode that can be resized smoothly.

    Shrinking a JPEG, Pillow decodes it at a fraction of its size already, so 50 megapixels stay small.
    """
    if image.mode not in ("RGB", "RGBA", "L", "LA", "CMYK"):
        image = _plain_mode(image)
    image.thumbnail((side, side), reducing_gap=2.0)
    return image


def _plain_mode(image: Image.Image) -> Image.Image:
    """Give palettes, bitmaps and 16-bit greys as 8-bit colour, the transparency kept."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _turned(image: Image.Image) -> Image.Image:
    try:
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken Exif is common and harmless here: the picture stays as it lies
        return image
    return image if turn is None else image.transpose(turn)


def _bare(image: Image.Image) -> Image.Image:
    """Give only the pixels, on white: a fresh image has no profile, comment or text to carry along."""
    bare = Image.new("RGB", image.size, "white")
    bare.paste(image.convert("RGB"), mask=image.getchannel("A") if "A" in image.getbands() else None)
    return bare


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue()


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80)
    return out.getvalue()


def _position(image: Image.Image) -> tuple[float, float] | None:
    """Give lon, lat of the place where the picture was taken, as its Exif says."""
    try:
        gps = image.getexif().get_ifd(_GPS)
        lon, lat = _degrees(gps[4], gps[3], "W"), _degrees(gps[2], gps[1], "S")
    except Exception:  # no or broken Exif: no position, and nothing of it survives anyway
        return None
    # Cameras without a fix write zeros.
    fits = abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)
    return (lon, lat) if fits else None


def _degrees(parts: Any, reference: Any, negative: str) -> float:  # Any: Exif holds whatever it likes
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        raise ValueError(value)
    return round(-value if str(reference).upper().startswith(negative) else value, 6)


def _read_frame() -> bytes:
    (length,) = struct.unpack(">I", sys.stdin.buffer.read(4))
    return sys.stdin.buffer.read(length)


if __name__ == "__main__":
    main()
