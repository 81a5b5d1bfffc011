"""Russian is what people see first: every text of the three packages has it, finished."""

import ast
import re

import pytest

from scripts.translate import KERNEL, PACKAGES, ROOT, append, catalogue, fault_texts, file_of, state_of


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.relative_to(ROOT)))
def test_russian_is_complete(package):
    state = state_of(package)
    assert (state.missing, state.unfinished) == ([], [])


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.relative_to(ROOT)))
def test_placeholders_survive_translation(package):
    for message in catalogue(package):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = set(re.findall(r"%\(\w+\)\w", str(message.id)))
        for text in texts if message.id else ():
            assert set(re.findall(r"%\(\w+\)\w", text)) <= asked, message.id


def test_sentences_of_faults_are_found():
    code = 'class Old(Gone):\n    title = "It is over"\nFieldFault("email", "Enter an address")\n'
    assert sorted(fault_texts(ast.parse(code))) == ["Enter an address", "It is over"]


def test_file_is_appended_to_and_not_rewritten(tmp_path):
    before = file_of(KERNEL).read_bytes()
    path = file_of(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(before)
    append(tmp_path, ["A new sentence", ("one thing", "%(num)s things")])
    assert path.read_bytes().startswith(before)
    assert {m.id for m in catalogue(tmp_path)} >= {"A new sentence", ("one thing", "%(num)s things")}
