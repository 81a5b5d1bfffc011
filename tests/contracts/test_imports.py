"""What the import contracts of setup.cfg cannot say: doors between slices, proxies, what comes along."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ("idp", "widget_server")
PROXIES = {"request", "current_app", "g", "session"}
MAY_ASK_FOR_THE_APP = ("idp/kernel/web/", "idp/kernel/storage/")
# Whoever puts the server together takes a slice's registration, and the API's routes for its description.
REGISTRATION = {"app": {"routes_api"}, "slices": {"slice"}}
PURE_NAMES = {"rules", "states", "deadlines", "coordinates"}
WITHOUT_FLASK = """
import importlib, json, os, sys
found = {}
for name in sys.argv[1:]:
    read, write = os.pipe()
    if os.fork() == 0:
        importlib.import_module(name)
        os.write(write, b"1" if any(m.partition(".")[0] == "flask" for m in sys.modules) else b"0")
        os._exit(0)
    os.wait()
    os.close(write)
    found[name] = os.read(read, 1).decode()
print(json.dumps(found))
"""


def modules() -> Iterator[Path]:
    for server in SERVERS:
        for path in sorted((ROOT / server).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Give (module, name) of each `from ... import`, the module absolute."""
    package = list(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                yield module, alias.name


def slices(server: str) -> set[str]:
    return {p.parent.name for p in (ROOT / server).glob("*/slice.py")}


def test_slices_are_entered_by_their_door():
    wrong = []
    for path in modules():
        server, *inside = path.relative_to(ROOT).parts
        own = inside[0].removesuffix(".py")
        for module, _ in imports(path):
            parts = module.split(".")
            if parts[0] != server or len(parts) < 3 or parts[1] not in slices(server) - {own}:
                continue
            if parts[2] not in REGISTRATION.get(own, ()):
                wrong.append(f"{path.relative_to(ROOT)}: {module}")
    assert not wrong


def test_request_is_asked_at_the_doors_only():
    wrong = []
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        is_door = path.name.startswith("routes_") or path.name == "slice.py"
        if is_door or name.startswith(MAY_ASK_FOR_THE_APP):
            continue
        asked = {what for module, what in imports(path) if module == "flask"} & PROXIES
        wrong += [f"{name}: {what}" for what in sorted(asked)]
    assert not wrong


def test_dialects_are_known_in_one_module():
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if any(module.startswith("sqlalchemy.dialects") for module, _ in imports(path))
    ]
    assert wrong == ["idp/kernel/storage/database.py"]


@pytest.mark.parametrize("server", SERVERS)
def test_root_of_a_server_is_empty(server):
    """Importing the kernel runs `idp/__init__`: a re-export there would bring the provider along."""
    assert (ROOT / server / "__init__.py").read_text(encoding="utf-8").strip() == ""


def test_rules_come_without_flask():
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in modules()
        if path.stem in PURE_NAMES or path.parent == ROOT / "idp" / "kernel" / "ground"
    ]
    doors = [f"{server}.{one}" for server in SERVERS for one in sorted(slices(server))]
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_FLASK, *names, *doors]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    assert [name for name, came in found.items() if came != "0"] == []
