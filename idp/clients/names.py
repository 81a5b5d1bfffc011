"""Names of clients as people read them: none that hides characters, none that looks like another's.

The skeleton of a name is what remains when letters that look alike are the same letter: a name of an
unverified client whose skeleton is that of a verified one is an impersonation (spec C4.8). What it
does not see, a person does: unverified clients are said to be so, and the host stands beside the name.
"""

import unicodedata
from types import MappingProxyType

from idp.kernel.ground.text import comparable

LONGEST_NAME = 100
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STROKES = "l1|"
# Unicode TS 39 §4, of which only the letters of Latin, Cyrillic and Greek that meet here.
_ALIKE = MappingProxyType(
    str.maketrans(
        "авекмнорстухіјѕԁԛԝһӏαεικνορτυχзб0" + _STROKES, "abekmhopctyxijsdqwhiaeikvoptyxz6o" + "i" * 3
    )
)


def name_fault(name: str) -> str | None:
    """Give what is wrong with a name, or nothing."""
    if not name.strip() or len(name) > LONGEST_NAME:
        return f"use 1 to {LONGEST_NAME} characters"
    if any(unicodedata.category(c) in _UNSEEN for c in name) or _marks_pile_up(name):
        return "it has characters that cannot be seen"
    if any(_is_mixed(word) for word in name.split()):
        return "a word mixes letters of several alphabets"
    return None


def skeleton(name: str) -> str:
    """Give what is left of a name when look-alikes are one and the same."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", comparable(name)) if c.isalnum() or c in _STROKES)
    alike = bare.translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    return alike.replace("l", "i")


def _marks_pile_up(name: str) -> bool:
    """Say whether marks outnumber what they stand on, as in a name that runs over its neighbours."""
    marks = sum(unicodedata.combining(c) > 0 for c in unicodedata.normalize("NFC", name))
    return marks * 2 > len(name)


def _is_mixed(word: str) -> bool:
    """Say whether one word has letters of several alphabets; a hyphen begins another word."""
    return any(len({_script(c) for c in part if c.isalpha()}) > 1 for part in word.split("-"))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0].partition("-")[0]
