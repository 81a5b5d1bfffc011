"""Pictures for the journeys: a phone's photo that says where it was taken, and tiles of a street map."""

import io
import math
from dataclasses import dataclass

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

TILE = 256
EARTH_RADIUS_M = 6_371_000
_GPS, _MAKE, _ORIENTATION = 0x8825, 0x010F, 0x0112


@dataclass(frozen=True)
class Spot:
    """A place on the earth, in degrees."""

    lon: float
    lat: float

    def metres_to(self, other: "Spot") -> float:
        """Give the distance; good for a few kilometres."""
        x = math.radians(other.lon - self.lon) * math.cos(math.radians((self.lat + other.lat) / 2))
        return math.hypot(x, math.radians(other.lat - self.lat)) * EARTH_RADIUS_M


def phone_photo(at: Spot, *, width: int = 3000, height: int = 2000) -> bytes:
    """Give a JPEG as a phone makes it: large, with the device's name and the place inside."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, width, height), fill=(96, 96, 100))
    draw.ellipse((width // 3, height // 2, width // 2, height * 3 // 4), fill=(40, 36, 34))
    exif = Image.Exif()
    exif[_MAKE] = "Телефон Веры"
    exif[_ORIENTATION] = 1
    exif[_GPS] = {1: "N", 2: _degrees(at.lat), 3: "E", 4: _degrees(at.lon)}
    return _saved(image, "JPEG", exif=exif, quality=88)


def metadata_of(picture: bytes) -> dict[int, object]:
    """Give what a picture says about itself beside its pixels."""
    with Image.open(io.BytesIO(picture)) as image:
        return dict(image.getexif()) | ({1: "xmp"} if image.info.get("xmp") else {})


def street_tile(z: int, x: int, y: int, *, mark: Spot) -> bytes:
    """Give a tile of a street grid with a red disc on the marked place."""
    image = Image.new("RGB", (TILE, TILE), (238, 236, 228))
    draw = ImageDraw.Draw(image)
    for line in range(0, TILE, 64):
        draw.line((line, 0, line, TILE), fill=(255, 255, 255), width=8)
        draw.line((0, line, TILE, line), fill=(255, 255, 255), width=8)
    draw.text((6, 6), f"{z}/{x}/{y}", fill=(120, 120, 120))
    column, row = _tile_position(mark, z)
    left, top = (column - x) * TILE, (row - y) * TILE
    draw.ellipse((left - 7, top - 7, left + 7, top + 7), fill=(220, 0, 0))
    return _saved(image, "PNG")


def red_centre(screenshot: bytes) -> tuple[float, float]:
    """Give where the red disc of the tiles is on a screenshot, in its pixels."""
    image = Image.open(io.BytesIO(screenshot)).convert("RGB")
    width, pixels = image.width, image.tobytes()
    red = [
        (at // 3 % width, at // 3 // width)
        for at in range(0, len(pixels), 3)
        if pixels[at] > 200 and pixels[at + 1] < 20 and pixels[at + 2] < 20
    ]
    assert red, "the marked place is not on the map"
    return sum(x for x, _ in red) / len(red), sum(y for _, y in red) / len(red)


def _tile_position(spot: Spot, z: int) -> tuple[float, float]:
    """Give a place in units of tiles (Web Mercator)."""
    count, lat = 2**z, math.radians(spot.lat)
    return (spot.lon + 180) / 360 * count, (1 - math.asinh(math.tan(lat)) / math.pi) / 2 * count


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    minutes = (value % 1) * 60
    seconds = round((minutes % 1) * 60 * 1000)
    return IFDRational(int(value)), IFDRational(int(minutes)), IFDRational(seconds, 1000)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
