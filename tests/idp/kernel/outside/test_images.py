"""Pictures from strangers: what is accepted, what is left of it, and the bombs (spec C8.2 to C8.5)."""

import io
import resource
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from idp.kernel.ground.faults import Fault, Unavailable
from idp.kernel.outside import images
from idp.kernel.outside.images import (
    DEFAULT,
    Picture,
    PictureNotAccepted,
    PictureTooLarge,
    PictureUnreadable,
    TakenPosition,
    process_picture,
)

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    return encoded(Image.new("RGB", size, RED), kind, **options)


def corners() -> Image.Image:
    """Give 80 × 40 pixels: red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (80, 40), WHITE)
    for colour, box in ((RED, (0, 0, 40, 20)), (GREEN, (40, 0, 80, 20)), (BLUE, (0, 20, 40, 40))):
        image.paste(colour, box)
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    return PNG_SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def is_near(pixel: tuple[int, ...], colour: tuple[int, ...], within: int = 24) -> bool:
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))


def segments(jpeg: bytes) -> list[int]:
    """Give the markers before the first scan."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def assert_bare(picture: Picture) -> None:
    """Nothing but pixels: no APP1 to APP15, no comment, no chunk beside the WebP's pixels."""
    assert not [m for m in segments(picture.full) if 0xE1 <= m <= 0xEF or m == 0xFE]
    assert picture.thumbnail[12:16] == b"VP8 "
    for data in (picture.full, picture.thumbnail):
        opened = Image.open(io.BytesIO(data))
        assert not opened.getexif()
        assert not {"icc_profile", "comment", "xmp", "exif", "photoshop"} & set(opened.info)


def refused(data: bytes, **limits: float) -> type[Fault]:
    with pytest.raises(Fault) as caught:
        process_picture(data, limits=replace(DEFAULT, **limits))
    return caught.type


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_kinds_are_accepted(kind: str):
    picture = process_picture(plain(kind))
    assert (picture.width, picture.height, picture.taken_position) == (64, 48, None)
    assert is_near(decoded(picture.full).getpixel((9, 9)), RED)
    assert is_near(decoded(picture.thumbnail).getpixel((9, 9)), RED)


def test_long_side_is_bounded():
    picture = process_picture(plain(size=(4000, 1000)))
    assert (picture.width, picture.height) == decoded(picture.full).size == (1600, 400)
    assert decoded(picture.thumbnail).size == (320, 80)


def test_small_picture_is_not_blown_up():
    assert decoded(process_picture(plain(size=(3, 1))).thumbnail).size == (3, 1)


@pytest.mark.parametrize(
    ("colour", "mode", "kind"),
    [
        ((0, 255, 255, 0), "CMYK", "JPEG"),
        (RED, "RGB", "WEBP"),
        ((*RED, 255), "RGBA", "PNG"),
        ((*RED, 255), "RGBA", "WEBP"),
    ],
)
def test_colour_survives_each_mode(colour: tuple[int, ...], mode: str, kind: str):
    picture = process_picture(encoded(Image.new(mode, (40, 40), colour), kind))
    assert is_near(decoded(picture.full).getpixel((20, 20)), RED)


@pytest.mark.parametrize(
    ("image", "grey"),
    [
        (Image.new("L", (40, 40), 128), 128),
        (Image.new("LA", (40, 40), (128, 255)), 128),
        (Image.new("I;16", (40, 40), 0x8000), 128),
        (Image.new("1", (40, 40), 1), 255),
        (Image.new("P", (40, 40), 0), 0),
        (Image.new("RGBA", (40, 40), (0, 0, 0, 0)), 255),
    ],
    ids=["grey", "grey-alpha", "16-bit", "bitmap", "palette", "transparent"],
)
def test_grey_survives_each_mode(image: Image.Image, grey: int):
    picture = process_picture(encoded(image, "PNG"))
    assert is_near(decoded(picture.full).getpixel((20, 20)), (grey,) * 3, within=3)


def test_transparent_palette_becomes_white():
    image = Image.new("P", (40, 40), 0)
    image.putpalette([200, 0, 0])
    picture = process_picture(encoded(image, "PNG", transparency=0))
    assert is_near(decoded(picture.full).getpixel((20, 20)), WHITE)


def test_grey_jpeg_is_accepted():
    picture = process_picture(encoded(Image.new("L", (3000, 10), 128)))
    assert is_near(decoded(picture.full).getpixel((20, 2)), (128,) * 3, within=3)


UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_c8_3_orientation_is_baked_in(orientation: int):
    stored = corners() if UPRIGHT[orientation] is None else corners().transpose(UPRIGHT[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = process_picture(encoded(stored, exif=exif, quality=95, subsampling=0))
    upright = decoded(picture.full)
    assert (picture.width, picture.height) == (80, 40)
    places = ((10, 10, RED), (70, 10, GREEN), (10, 30, BLUE), (70, 30, WHITE))
    assert all(is_near(upright.getpixel((x, y)), colour) for x, y, colour in places)
    assert_bare(picture)


def located(lat: object, lon: object, south: str = "N", west: str = "E") -> Image.Exif:
    exif = Image.Exif()
    exif[0x8825] = {1: south, 2: lat, 3: west, 4: lon}
    return exif


def test_c8_3_gps_is_gone_and_given_back():
    exif = located((55.0, 5.0, 36.0), (38.0, 46.0, 12.0))
    exif[0x010F] = "SecretMaker"
    data = plain(exif=exif)
    assert b"SecretMaker" in data
    picture = process_picture(data)
    assert picture.taken_position == TakenPosition(lon=38.77, lat=55.093333)
    assert b"SecretMaker" not in picture.full + picture.thumbnail
    assert_bare(picture)


def test_southern_and_western_are_negative():
    picture = process_picture(plain("PNG", exif=located((34.0, 0.0, 0.0), (58.0, 30.0, 0.0), "S", "W")))
    assert picture.taken_position == TakenPosition(lon=-58.5, lat=-34.0)


@pytest.mark.parametrize(
    "exif",
    [
        located((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        located((91.0, 0.0, 0.0), (10.0, 0.0, 0.0)),
        located((55.0,), (38.0,)),
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0nonsense",
    ],
    ids=["no fix", "off the globe", "too short", "offset outside", "nonsense"],
)
def test_broken_position_is_none(exif: Image.Exif | bytes):
    assert process_picture(plain(exif=exif)).taken_position is None


def test_c8_3_png_metadata_is_gone():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Secret Author")
    text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret</x:xmpmeta>")
    assert_bare(process_picture(plain("PNG", pnginfo=text, icc_profile=b"secret profile")))


def test_c8_3_jpeg_metadata_is_gone():
    data = plain(comment=b"secret", icc_profile=b"secret profile", xmp=b"<x:xmpmeta>secret</x:xmpmeta>")
    iptc = b"\xff\xed" + struct.pack(">H", 40) + b"Photoshop 3.0\x00" + b"8BIM" + b"secret" * 3 + b"\0\0"
    assert_bare(process_picture(data[:2] + iptc + data[2:]))


def test_c8_3_webp_metadata_is_gone():
    exif = located((55.0, 0.0, 0.0), (38.0, 0.0, 0.0))
    picture = process_picture(plain("WEBP", exif=exif.tobytes(), icc_profile=b"secret", xmp=b"<secret/>"))
    assert picture.taken_position == TakenPosition(lon=38.0, lat=55.0)
    assert_bare(picture)


@pytest.mark.parametrize(
    ("kind", "tail"),
    [
        ("JPEG", b"<html><script>alert(1)</script>"),
        ("PNG", b"<?php system($_GET[0]); ?>"),
        ("JPEG", b"PK\x03\x04 Main.class"),
        ("PNG", b"%PDF-1.7 /JavaScript"),
        ("WEBP", b"<html><script>alert(1)</script>"),
    ],
)
def test_c8_4_polyglot_loses_its_tail(kind: str, tail: bytes):
    picture = process_picture(plain(kind) + tail)
    assert tail not in picture.full + picture.thumbnail
    assert_bare(picture)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        plain("GIF"),
        plain("TIFF"),
        plain("BMP"),
        plain("AVIF"),
        plain("ICO"),
        b"%PDF-1.7\n",
        b"RIFF\x10\0\0\0WAVE",
        b"\xff\xd8",
        b"GIF89a\xff\xd8\xff" + b"\0" * 99,
        b"x",
    ],
    ids=["svg", "gif", "tiff", "bmp", "avif", "ico", "pdf", "wave", "half a marker", "gifar", "a letter"],
)
def test_c8_2_other_kinds_refused(data: bytes):
    assert refused(data) is PictureNotAccepted


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"msf1", b"hevc"])
def test_heic_is_told_to_be_jpeg(brand: bytes):
    with pytest.raises(PictureNotAccepted) as caught:
        process_picture(b"\0\0\0\x24ftyp" + brand + b"\0" * 64)
    assert "HEIC" in caught.value.detail
    assert "JPEG" in caught.value.detail


def test_empty_file_is_unreadable():
    assert refused(b"") is PictureUnreadable


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated_picture_is_unreadable(kind: str):
    data = encoded(Image.effect_noise((400, 400), 50).convert("RGB"), kind)
    assert refused(data[: len(data) // 2]) is PictureUnreadable
    assert refused(data[:20]) is PictureUnreadable


def test_too_many_bytes_refused():
    assert refused(plain(), max_bytes=100) is PictureTooLarge


def test_c8_5_png_bomb_is_answered_at_once():
    rows = zlib.compressobj(9)
    zeros = b"".join(rows.compress(bytes(2**20)) for _ in range(64)) + rows.flush()
    started = time.monotonic()
    bomb = png_header(50_000, 50_000) + chunk(b"IDAT", zeros) + chunk(b"IEND", b"")
    assert refused(bomb) is PictureTooLarge
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("size", [(65_000, 65_000), (1_000_000_000, 1), (6_000, 6_000)])
def test_c8_5_size_is_refused_by_header(size: tuple[int, int]):
    assert refused(png_header(*size) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")) is PictureTooLarge


@pytest.mark.parametrize(
    ("marker", "side", "options"),
    [(b"\xff\xc0", 65_535, {}), (b"\xff\xc2", 6_000, {"progressive": True})],
    ids=["baseline", "progressive"],
)
def test_c8_5_jpeg_size_is_refused_by_header(marker: bytes, side: int, options: dict[str, bool]):
    data = bytearray(plain(**options))
    at = data.index(marker) + 5
    data[at : at + 4] = struct.pack(">HH", side, side)
    assert refused(bytes(data)) is PictureTooLarge


def test_c8_5_png_text_bomb_fails_closed():
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(64 * 2**20)))
    data = plain("PNG")
    assert refused(data[:33] + bomb + data[33:]) is PictureUnreadable


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_c8_5_many_frames_give_the_first(kind: str):
    frames = [Image.new("RGB", (16, 16), (n, n, n)) for n in range(1, 250)] * 4
    data = encoded(Image.new("RGB", (16, 16), RED), kind, save_all=True, append_images=frames)
    started = time.monotonic()
    picture = process_picture(data)
    assert time.monotonic() - started < 1
    assert is_near(decoded(picture.full).getpixel((8, 8)), RED)


def test_c8_5_largest_picture_stays_below_200_mb():
    """The measure is the child's own: a fresh interpreter asks for one picture and reports."""
    data = encoded(Image.new("RGBA", (4000, 3990), RED), "PNG", compress_level=1)
    program = (
        "import resource, sys; from idp.kernel.outside.images import process_picture;"
        "process_picture(sys.stdin.buffer.read());"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, check=True)
    assert int(done.stdout) < 200 * 1024


def test_memory_limit_fails_closed():
    big = encoded(Image.new("RGB", (4000, 3900), RED), "PNG")
    assert refused(big, memory_bytes=96 * 2**20) in (PictureTooLarge, PictureUnreadable)


def test_memory_kill_at_start_fails_closed():
    assert refused(plain(), memory_bytes=1) in (PictureTooLarge, PictureUnreadable)


def test_cpu_limit_fails_closed():
    assert refused(plain(), cpu_seconds=0) is PictureUnreadable


def test_late_child_is_killed():
    started = time.monotonic()
    assert refused(plain(), wall_seconds=0.005) is PictureUnreadable
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 9)",
        "import sys; sys.exit(0)",
        "import sys; sys.stdin.buffer.read(); sys.stdout.write('nonsense')",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes(4) * 3)",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes([0, 0, 0, 2]) + b'{}')",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes([0, 0, 0, 1]) + b'1')",
        "while True: print('x' * 65536)",
        "import time; time.sleep(60)",
    ],
    ids=["killed", "silent", "nonsense", "empty frames", "no facts", "a number", "endless", "asleep"],
)
def test_taken_over_child_is_not_believed(program: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "_COMMAND", (sys.executable, "-c", program))
    assert refused(encoded(Image.effect_noise((600, 600), 50), "PNG"), wall_seconds=0.5) is PictureUnreadable


def test_child_answers_with_own_format_only(monkeypatch: pytest.MonkeyPatch):
    facts = b'{"width": 1, "height": 1, "position": null}'
    answer = b"".join(struct.pack(">I", len(p)) + p for p in (facts, b"<html>", b"<html>"))
    program = f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({answer!r})"
    monkeypatch.setattr(images, "_COMMAND", (sys.executable, "-c", program))
    assert refused(plain()) is PictureUnreadable


def test_child_sees_no_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    answer = b'{"refusal": "too-large"}'
    program = (
        "import os, struct, sys; sys.stdin.buffer.read();"
        f"answer = struct.pack('>I', {len(answer)}) + {answer!r};"
        "'SECRET_KEY' in os.environ or sys.stdout.buffer.write(answer)"
    )
    monkeypatch.setattr(images, "_COMMAND", (sys.executable, "-c", program))
    assert refused(plain()) is PictureTooLarge


def test_crowd_waits_then_is_sent_away():
    for _ in range(2):
        images._PLACES.acquire()
    try:
        assert refused(plain(), wait_seconds=0.01) is Unavailable
    finally:
        images._PLACES.release(2)


def test_places_come_free_after_faults():
    for _ in range(3):
        refused(plain()[:50])
    assert process_picture(plain()).width == 64


def test_child_bounds_itself():
    child = Path(images.__file__).with_name("images_child.py")
    program = (
        f"import runpy, resource as r; c = runpy.run_path({str(child)!r});"
        "c['_bound_self']({'memory_bytes': 2**29, 'cpu_seconds': 5, 'max_pixels': 9});"
        "print([r.getrlimit(k)[1] for k in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE)])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([2**29, 5, 0, 0])
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] != 0


def test_pillow_stays_out_of_the_server():
    program = "import sys, idp.kernel.outside.images; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
