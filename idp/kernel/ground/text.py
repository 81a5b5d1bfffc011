"""Text from strangers, made safe to keep: one Unicode form, no controls, a bounded length."""

import unicodedata

_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"}
# Bidirectional overrides can make a name or an address read as another one (spec C4.8).
_BIDI = {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)}


def clean_text(text: str) -> str:
    """Give a text of several lines in NFC, without control, bidi and lone surrogate characters, trimmed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in "\n\t" or not _is_unwelcome(c))
    return unicodedata.normalize("NFC", kept).strip()


def clean_line(text: str) -> str:
    """Give a text of one line: as `clean_text`, and any white space run becomes one space."""
    return " ".join(clean_text(text).split())


def comparable(text: str) -> str:
    """Give the form under which two spellings of one name are equal: NFKC, casefold, no invisible characters.

    Used for uniqueness in one place only (spec C6.13).
    """
    visible = "".join(c for c in text if c not in _INVISIBLE and c not in _BIDI)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold()).strip()


def _is_unwelcome(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in ("Cc", "Cs")
