"""Coordinates as people type or paste them, read into numbers.

Latitude comes first, as maps in Russia show it, unless letters of the hemispheres say otherwise or
the first number cannot be a latitude. Anything doubtful gives nothing: a wrong pin is worse than a
question. Not a geocoder: words are left to `gazetteer`.
"""

import re

_HEMISPHERES = {
    **dict.fromkeys(("n", "с", "сш"), ("lat", 1)),
    **dict.fromkeys(("s", "ю", "юш"), ("lat", -1)),
    **dict.fromkeys(("e", "в", "вд"), ("lon", 1)),
    **dict.fromkeys(("w", "з", "зд"), ("lon", -1)),
}
_LETTERS = r"(?:[сю]\.?\s?ш\.?|[вз]\.?\s?д\.?|[nsewсювз])"
_ANGLE = re.compile(
    rf"(?P<before>{_LETTERS}(?![a-zа-я])\s*)?"
    r"(?P<sign>[-+])?\s*(?P<degrees>\d{1,3}(?:[.,]\d{1,15})?)"
    r"(?:\s*[°ºd*]\s*(?:(?P<minutes>\d{1,2}(?:[.,]\d{1,12})?)\s*['m](?!')\s*"
    r"(?:(?P<seconds>\d{1,2}(?:[.,]\d{1,12})?)\s*(?:\"|'')\s*)?)?)?"
    rf"(?(before)|(?P<after>\s*{_LETTERS}(?![a-zа-я]))?)",
)
_BETWEEN = re.compile(r"[\s,;/|]*")
_LONGEST = 100


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Give (lon, lat) when the text is a pair of coordinates and nothing else, else nothing.

    Understood: "55.0794, 38.7783", "55,0794 38,7783", "55°04'46\\"N 38°46'42\\"E", degrees with
    decimal minutes, Russian letters ("55,07 с.ш. 38,77 в.д."), minus signs, "geo:" links.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST:
        return None
    first = _ANGLE.match(plain)
    if not first:
        return None
    gap = _BETWEEN.match(plain, first.end())
    second = _ANGLE.match(plain, gap.end() if gap else first.end())
    if not second or (second.start() == first.end() and not _is_closed(first)):
        return None
    if _BETWEEN.sub("", plain[second.end() :]):
        return None
    return _pair(_angle(first), _angle(second))


def _plain(text: str) -> str:
    quoted = text.strip().lower().removeprefix("geo:")
    for typed, meant in (
        ("′", "'"),
        ("’", "'"),
        ("ʹ", "'"),
        ("″", '"'),
        ("”", '"'),
        ("“", '"'),
        ("−", "-"),
        ("–", "-"),
    ):
        quoted = quoted.replace(typed, meant)
    return quoted.strip("()[] \t\n")


def _is_closed(match: re.Match[str]) -> bool:
    return bool(match["after"]) or match[0].rstrip().endswith(("'", '"', "°"))


def _angle(match: re.Match[str]) -> tuple[str | None, float] | None:
    letters = [re.sub(r"[.\s]", "", match[name]) for name in ("before", "after") if match[name]]
    minutes, seconds = _number(match["minutes"]), _number(match["seconds"])
    if len(letters) > 1 or minutes >= 60 or seconds >= 60:
        return None
    size = _number(match["degrees"]) + minutes / 60 + seconds / 3600
    axis, direction = _HEMISPHERES[letters[0]] if letters else (None, 1)
    return axis, size * direction * (-1 if match["sign"] == "-" else 1)


def _number(digits: str | None) -> float:
    return float(digits.replace(",", ".")) if digits else 0.0


def _pair(
    first: tuple[str | None, float] | None, second: tuple[str | None, float] | None
) -> tuple[float, float] | None:
    if first is None or second is None or (first[0] and first[0] == second[0]):
        return None
    is_lon_first = first[0] == "lon" or second[0] == "lat" or (first[0] is None and abs(first[1]) > 90)
    lon, lat = (first[1], second[1]) if is_lon_first else (second[1], first[1])
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
