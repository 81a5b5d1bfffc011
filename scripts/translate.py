"""Collects the texts of the code and adds those that a translation file lacks.

    ./run translate          appends what is missing, with an empty translation, and lists what is unused
    ./run translate --check  changes nothing; fails when something is missing, empty or fuzzy

Texts are English message ids in `gettext` calls and templates, and the sentences of faults, which are
translated at the door: `title` and `detail` of their classes and the message of a `FieldFault`. A text
of a server may stand in its own file or in the kernel's. Files are appended to, never rewritten: their
order and comments stay, and no date in a header changes with every run.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
KERNEL = ROOT / "idp" / "kernel"
PACKAGES = (KERNEL, ROOT / "idp", ROOT / "widget_server")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None}
FAULT_TEXTS = {"title", "detail"}

MessageId = str | tuple[str, str]


class State(NamedTuple):
    """What is wrong with one package's translations."""

    missing: list[MessageId]
    unfinished: list[MessageId]
    unused: list[MessageId]


def main() -> int:
    """Add what is missing, or only check; give the exit code."""
    is_check = "--check" in sys.argv[1:]
    wrong = 0
    for package in PACKAGES:
        state = state_of(package)
        name = package.relative_to(ROOT)
        for title, ids in zip(("missing", "not finished", "not found in the code"), state, strict=True):
            for one in ids:
                print(f"{name}: {title}: {one!r}")
        if not is_check and state.missing:
            append(package, state.missing)
        wrong += len(state.missing) + len(state.unfinished)
    return 1 if is_check and wrong else 0


def state_of(package: Path) -> State:
    """Compare a package's texts with its Russian file and the kernel's."""
    used = set(texts(package))
    own = catalogue(package)
    known = {m.id: m for source in (catalogue(KERNEL), own) for m in source if m.id}
    unfinished = [i for i in used & known.keys() if not is_finished(known[i])]
    return State(
        missing=sorted(used - known.keys(), key=str),
        unfinished=sorted(unfinished, key=str),
        unused=sorted({m.id for m in own if m.id} - used - constants(package), key=str),
    )


def texts(package: Path) -> Iterator[MessageId]:
    """Give the message ids of a package's code and templates; plurals as pairs."""
    found = extract_from_dir(
        str(package), METHODS, keywords=KEYWORDS,
        directory_filter=lambda folder: not is_foreign(package, Path(folder)),
    )  # fmt: skip
    for _file, _line, message, _comments, _context in found:
        if message:
            yield message
    for path in package.rglob("*.py"):
        if not any(is_foreign(package, parent) for parent in path.parents):
            yield from fault_texts(ast.parse(path.read_text(encoding="utf-8")))


def constants(package: Path) -> set[MessageId]:
    """Give every string of a package's code: what is translated by way of a variable is in use, too."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in package.rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


def is_foreign(package: Path, folder: Path) -> bool:
    """Say whether a folder is skipped: no texts, or texts of the kernel's own file."""
    return folder.name in ("migrations", "translations") or (folder == KERNEL and package != KERNEL)


def fault_texts(tree: ast.AST) -> Iterator[str]:
    """Give the sentences of the faults that a module declares or raises."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                yield from _class_text(statement)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FieldFault":
            given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "message")]
            yield from (a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _class_text(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Assign):
        names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        names = {statement.target.id}
    else:
        return
    value = statement.value
    if (
        names & FAULT_TEXTS
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
        and value.value
    ):
        yield value.value


def catalogue(package: Path) -> Catalog:
    """Read a package's Russian file."""
    with file_of(package).open("rb") as file:
        return read_po(file, locale="ru")


def file_of(package: Path) -> Path:
    """Give where a package's Russian file is."""
    return package / "translations" / "ru" / "LC_MESSAGES" / "messages.po"


def is_finished(message: object) -> bool:
    """Say whether a message is translated in all its forms and not marked as a guess."""
    text = message.string  # type: ignore[attr-defined]  # babel has no types
    forms = text if isinstance(text, tuple) else (text,)
    return all(forms) and not message.fuzzy  # type: ignore[attr-defined]  # as above


def append(package: Path, missing: list[MessageId]) -> None:
    """Put messages without a translation at the end of a package's file."""
    new = Catalog(locale="ru")
    for one in missing:
        new.add(one)
    text = BytesIO()
    write_po(text, new, omit_header=True, width=110)
    with file_of(package).open("ab") as file:
        file.write(b"\n" + text.getvalue().strip() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
