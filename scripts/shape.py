"""Prints how the code is built, beside what we aim at: a report to be read, never a gate.

A gate on length would be met by cutting in the wrong place.
"""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("idp/kernel", "idp", "widget_server", "widget_assets", "examples", "scripts")
LONGEST_SHOWN = 5
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measured:
    """One module: its lines, the lines that are only comments, its functions."""

    path: Path
    lines: int
    comments: int
    functions: tuple[Function, ...]


def main() -> None:
    """Print one row a folder, then the longest functions and modules."""
    print(f"{'':<16}{'modules':>8}{'lines':>8}{'module':>12}{'functions':>11}{'function':>11}"
          f"{'comments':>10}{'docstrings':>12}{'returns':>9}")  # fmt: skip
    everything: dict[Path, Measured] = {}
    for folder in FOLDERS:
        found = [measure(path) for path in modules(ROOT / folder) if path not in everything]
        everything |= {one.path: one for one in found}
        if found:
            print(row(folder, found))
    print(row("all", list(everything.values())))
    print(f"{'aim':<16}{'':>8}{'':>8}{'110 / 300':>12}{'':>11}{'9 / 30':>11}"
          f"{'2-7 %':>10}{'100 %':>12}{'100 %':>9}")  # fmt: skip
    print("module and function: median / 90th percentile of lines; docstrings: of public functions")
    show_longest(everything.values())


def modules(folder: Path) -> Iterator[Path]:
    """Give the modules of a folder, revisions of the database left out."""
    skipped = {"migrations", "node_modules"}
    return (path for path in sorted(folder.rglob("*.py")) if not skipped & set(path.parts))


def measure(path: Path) -> Measured:
    """Measure one module."""
    text = path.read_text(encoding="utf-8")
    functions = tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, Function))
    return Measured(path, len(text.splitlines()), comment_lines(text), functions)


def comment_lines(text: str) -> int:
    """Count the lines that hold a comment and nothing else."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(1 for t in tokens if t.type == tokenize.COMMENT and not t.line[: t.start[1]].strip())


def length(function: Function) -> int:
    """Give a function's lines, decorators and docstring left out."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def row(name: str, found: list[Measured]) -> str:
    """Give one line of the table."""
    functions = [function for one in found for function in one.functions]
    public = [f for f in functions if not f.name.startswith("_") and f.col_offset == 0]
    lines = sum(one.lines for one in found)
    return (
        f"{name:<16}{len(found):>8}{lines:>8}{spread(one.lines for one in found):>12}"
        f"{len(functions):>11}{spread(length(f) for f in functions):>11}"
        f"{share(sum(one.comments for one in found), lines):>10}"
        f"{share(sum(ast.get_docstring(f) is not None for f in public), len(public)):>12}"
        f"{share(sum(f.returns is not None or f.name == '__init__' for f in functions), len(functions)):>9}"
    )


def spread(numbers: Iterable[int]) -> str:
    """Give median and 90th percentile."""
    known = sorted(numbers)
    if len(known) < 2:
        return str(*known) if known else "-"
    tenths = quantiles(known, n=10, method="inclusive")
    return f"{tenths[4]:.0f} / {tenths[8]:.0f}"


def share(part: int, whole: int) -> str:
    """Give a part as a percentage."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def show_longest(found: Iterable[Measured]) -> None:
    """Print where a reader may want to look first."""
    measured = list(found)
    functions = [
        (length(f), f"{o.path.relative_to(ROOT)}:{f.lineno} {f.name}") for o in measured for f in o.functions
    ]
    files = [(one.lines, str(one.path.relative_to(ROOT))) for one in measured]
    for title, rows in (("longest functions", functions), ("longest modules", files)):
        print(f"{title}:")
        for lines, name in sorted(rows, reverse=True)[:LONGEST_SHOWN]:
            print(f"  {lines:>4}  {name}")


def named(path: Path) -> str:
    """Give a path as the report names it."""
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    main()
