"""Notices data of an older checkout whose revisions have been written anew since.

Before the first release each server has one initial revision that is regenerated, so a database can
say that it is at the newest revision and still lack a column. Better a sentence now than a fault later.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from .plan import Plan, refuse

_ROOT = Path(__file__).resolve().parents[2]
_SERVERS = ("idp", "widget_server")


def require_same_revisions(plan: Plan) -> None:
    """End the program when a revision that the data went through reads differently now."""
    kept = _file(plan)
    if not kept.exists():
        return
    now, then = revisions(), json.loads(kept.read_text(encoding="utf-8"))
    if any(now.get(name) != digest for name, digest in then.items()):
        refuse(
            f"Данные в {plan.folder} сделаны другой версией программы. Удалите папку и запустите снова:",
            "The data were made by another version. Remove the folder and start again:",
            f"  rm -r {plan.folder}",
        )


def keep_revisions(plan: Plan) -> None:
    """Write down the revisions that the data have gone through."""
    _file(plan).write_text(json.dumps(revisions(), indent=2), encoding="utf-8")


def revisions() -> Mapping[str, str]:
    """Give each revision's digest by its name."""
    return {
        path.relative_to(_ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for server in _SERVERS
        for path in sorted((_ROOT / server / "migrations" / "versions").glob("*.py"))
    }


def _file(plan: Plan) -> Path:
    return plan.folder / "revisions.json"
