"""Every text that people see is there in Russian."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import idp

FOLDER = Path(idp.__file__).parent if idp.__file__ else Path("idp")
TEMPLATES = sorted((FOLDER / "templates").glob("**/*.html"))
SENTENCES = re.compile(r'(?:title|detail|_WRONG|sentence) = "([^"]+)"|FieldFault\("\w+", "([^"]+)"')


@cache
def _russian() -> dict[str, str]:
    with (FOLDER / "translations/ru/LC_MESSAGES/messages.po").open("rb") as file:
        found = [m for m in read_po(file, locale="ru") if m.id]
    return {text: form for m in found for text, form in _forms(m.id, m.string)}


def _forms(text: str | tuple[str, str], translated: str | tuple[str, ...]) -> list[tuple[str, str]]:
    """Give every form with the text it stands for: Russian has more plurals, and its first one has 21 too."""
    if isinstance(text, str):
        return [(text, str(translated))]
    return [(text[1] + " " * number, form) for number, form in enumerate(translated)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_texts_have_translations(template: Path) -> None:
    texts = re.findall(r'_\("([^"]*)"', template.read_text(encoding="utf-8"))
    assert [text for text in texts if not _russian().get(text)] == []


def test_faults_sentences_have_translations() -> None:
    sources = [p.read_text(encoding="utf-8") for p in FOLDER.glob("*/*.py") if "kernel" not in p.parts]
    sentences = {a or b for source in sources for a, b in SENTENCES.findall(source)}
    assert sentences
    assert sorted(s for s in sentences if not _russian().get(s)) == []


def test_placeholders_survive_translation() -> None:
    for text, translated in _russian().items():
        assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(re.findall(r"%\(\w+\)s", translated))
