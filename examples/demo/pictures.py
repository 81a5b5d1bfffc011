"""Pictures for the demo's reports, drawn here: a street under a sky with what is wrong in front.

Real photos would show real places and people; these show nobody, and are told apart at a glance.
"""

import io
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random

from PIL import Image, ImageDraw

from idp.kernel.outside.images import Picture, process_picture

_WIDTH, _HEIGHT, _HORIZON = 800, 600, 330
_VARIANTS = 3
_SKIES = ("#9ec9e8", "#c3ccd6", "#f0c9a0", "#6f88a8")
_GROUNDS = ("#7d8b6a", "#8a8f94", "#dfe6ea")
_HOUSES = ("#b9a58b", "#a7b0b8", "#c98f73", "#d8cfae")
_Draw = Callable[[ImageDraw.ImageDraw, Random], None]


def draw_pictures() -> Mapping[str, tuple[Picture, ...]]:
    """Give clean pictures by group of categories, each as an upload would have left it."""
    asked = [(group, variant) for group in _SUBJECTS for variant in range(_VARIANTS)]
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda one: process_picture(_draw(*one)), asked))
    return {group: tuple(done[k] for k, one in enumerate(asked) if one[0] == group) for group in _SUBJECTS}


def _draw(group: str, variant: int) -> bytes:
    chance = Random(f"{group} {variant}")  # noqa: S311  # pictures, not secrets
    image = Image.new("RGB", (_WIDTH, _HEIGHT), chance.choice(_SKIES))
    pen = ImageDraw.Draw(image)
    _street(pen, chance)
    _SUBJECTS[group](pen, chance)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def _street(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    pen.rectangle((0, _HORIZON, _WIDTH, _HEIGHT), fill=chance.choice(_GROUNDS))
    for left in range(-40, _WIDTH, 190):
        top = chance.randint(120, 230)
        pen.rectangle((left, top, left + 170, _HORIZON), fill=chance.choice(_HOUSES))
        for x in range(left + 20, left + 150, 45):
            for y in range(top + 20, _HORIZON - 30, 50):
                pen.rectangle((x, y, x + 22, y + 30), fill=chance.choice(("#46566b", "#f4dd9a")))


def _road(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    pen.polygon([(300, _HORIZON), (500, _HORIZON), (790, _HEIGHT), (10, _HEIGHT)], fill="#4c4f54")
    for y in range(_HORIZON + 15, _HEIGHT, 70):
        pen.rectangle((394, y, 406, y + 34), fill="#e8e6df")
    x, y = chance.randint(220, 480), chance.randint(450, 520)
    pen.ellipse((x, y, x + 190, y + 62), fill="#26282b")
    pen.ellipse((x + 25, y + 16, x + 160, y + 52), fill="#5f6d78")


def _bins(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    for x in (190, 350, 510):
        pen.rectangle((x, 360, x + 130, 500), fill="#3f6b4f")
        pen.rectangle((x - 8, 345, x + 138, 364), fill="#2d4f3a")
    for _ in range(14):
        x, y = chance.randint(150, 640), chance.randint(470, 550)
        pen.ellipse((x, y, x + 62, y + 46), fill=chance.choice(("#1f2226", "#d9d9d4", "#37507a")))


def _lamp(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    x = chance.randint(330, 470)
    pen.rectangle((0, 0, _WIDTH, _HEIGHT), outline="#10141c", width=60)
    pen.rectangle((x, 90, x + 16, 540), fill="#2f3338")
    pen.line((x + 8, 95, x + 110, 70), fill="#2f3338", width=12)
    pen.ellipse((x + 90, 58, x + 160, 92), fill="#6b6f75")


def _facade(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    pen.rectangle((130, 60, 670, 560), fill=chance.choice(_HOUSES))
    for x in range(170, 620, 115):
        for y in range(95, 400, 105):
            pen.rectangle((x, y, x + 70, y + 72), fill=chance.choice(("#46566b", "#5d7190")))
    pen.rectangle((355, 430, 445, 560), fill="#5a4636")
    crack = [(chance.randint(480, 640), y) for y in range(90, 560, 45)]
    pen.line(crack, fill="#3a332c", width=7)


def _tree(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    lean = chance.choice((-150, 150))
    pen.line((400, 560, 400 + lean, 170), fill="#5b4330", width=34)
    for _ in range(16):
        x, y = 400 + lean + chance.randint(-150, 90), chance.randint(60, 240)
        pen.ellipse((x, y, x + 90, y + 70), fill=chance.choice(("#51733f", "#6d8a4c", "#8a7a3c")))


def _yard(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    colour = chance.choice(("#b5402f", "#2f6fb5", "#d39a26"))
    pen.line((220, 540, 300, 300, 380, 540), fill=colour, width=16)
    pen.line((300, 305, 560, 305), fill=colour, width=16)
    pen.line((480, 540, 560, 300, 640, 540), fill=colour, width=16)
    pen.line((400, 305, 370, 450), fill="#333333", width=5)
    pen.rectangle((330, 450, 410, 464), fill="#6b4a2f")


def _car(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    colour = chance.choice(("#8c2f2b", "#3b4f6e", "#6f6f6a"))
    pen.rounded_rectangle((170, 400, 630, 510), 30, fill=colour)
    pen.polygon([(260, 400), (320, 320), (500, 320), (560, 400)], fill=colour)
    pen.polygon([(290, 395), (332, 335), (488, 335), (535, 395)], fill="#a9bccb")
    for x in (240, 480):
        pen.ellipse((x, 470, x + 84, 554), fill="#1d1f22")


_SUBJECTS: Mapping[str, _Draw] = {
    "roads": _road,
    "waste": _bins,
    "lighting": _lamp,
    "housing": _facade,
    "greenery": _tree,
    "yards": _yard,
    "walking": _car,
}
USUAL_SUBJECT = "roads"
