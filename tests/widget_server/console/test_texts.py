"""Every text of the console and of signing in is there in Russian."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import widget_server

FOLDER = Path(widget_server.__path__[0])
OWN = ("console", "identity")
TEMPLATES = sorted(path for own in OWN for path in (FOLDER / "templates" / own).glob("*.html"))
SENTENCES = re.compile(r'(?:title|detail) = "([^"]+)"|FieldFault\("\w+", "([^"]+)"|\b_\("([^"]+)"')
TEXTS = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')""")


@cache
def _russian() -> dict[str, str]:
    known = {}
    for folder in (FOLDER, FOLDER.parent / "idp" / "kernel"):
        with (folder / "translations/ru/LC_MESSAGES/messages.po").open("rb") as file:
            known.update({str(m.id): str(m.string) for m in read_po(file, locale="ru") if m.id})
    return known


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_templates_texts_have_translations(template: Path) -> None:
    texts = [one or other for one, other in TEXTS.findall(template.read_text(encoding="utf-8"))]
    assert [text for text in texts if not _russian().get(text)] == []


@pytest.mark.parametrize("own", OWN)
def test_sentences_in_code_have_translations(own: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (FOLDER / own).glob("*.py")]
    sentences = {text for source in sources for found in SENTENCES.findall(source) for text in found if text}
    assert sentences
    assert sorted(s for s in sentences if not _russian().get(s)) == []
