"""What a set of territories must satisfy before it is loaded, and what loading it would change.

Pure: drafts in, findings and differences out. The geometry is shapely's, in WGS84 degrees. Where a
drawn shape is broken it is repaired and the repair is reported, because an operator who is not told
would believe the map as drawn. Reading files is `schemas`, writing rows is `service`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from shapely import MultiPolygon, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

OVERLAP_SHARE = 0.01
"""Neighbours drawn by different hands overlap by slivers; above this share it is worth a look."""


class Level(StrEnum):
    """How large a territory is, from the smallest."""

    DISTRICT = "district"
    MUNICIPALITY = "municipality"
    REGION = "region"
    COUNTRY = "country"

    @property
    def rank(self) -> int:
        """Give 0 for the smallest level and more for each larger one."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class TerritoryDraft:
    """A territory as a file describes it, before checks: the geometry may be anything shapely can hold."""

    code: str
    level: Level
    name_ru: str
    name_en: str
    geometry: BaseGeometry
    parent_code: str | None = None
    region: str = ""
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the checks saw: how grave, about which code, and the sentence with its values."""

    severity: Literal["error", "warning", "repaired"]
    code: str
    message: str
    evidence: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks give: territories fit for loading, and everything that was found on the way."""

    drafts: tuple[TerritoryDraft, ...]
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Say whether something was found that forbids loading."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Difference:
    """What loading would change, as sorted codes."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether loading would change nothing."""
        return not (self.added or self.changed or self.removed)


def code_of(name: str, *, prefix: str = "") -> str:
    """Give the stable code of a latin name: lower case, words joined by hyphens, after the prefix.

    Only letters and digits of ASCII remain; the number sign becomes "no" so that numbered districts
    keep a readable code. The same name always gives the same code.
    """
    spaced = re.sub(r"[^\w]+", "-", re.sub("['’ʹ]", "", name.replace("№", " no ")))
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return "-".join(part for part in (prefix, words) if part)


def check(drafts: Sequence[TerritoryDraft]) -> Checked:
    """Give the drafts that can be loaded, repaired where needed, and all findings."""
    findings = [*_repeated_codes(drafts)]
    sound: list[TerritoryDraft] = []
    for draft in drafts:
        found, kept = _check_one(draft)
        findings.extend(found)
        sound.extend(kept)
    findings.extend(overlaps(sound))
    return Checked(tuple(sound), tuple(findings))


def overlaps(drafts: Sequence[TerritoryDraft]) -> Iterator[Finding]:
    """Give a warning for each pair of one level that shares more than OVERLAP_SHARE of the smaller one."""
    shapes = [draft.geometry for draft in drafts]
    left, right = STRtree(shapes).query(shapes, predicate="intersects") if shapes else ((), ())
    for one, other in zip(left, right, strict=True):
        if one < other and drafts[one].level is drafts[other].level:
            yield from _overlap(drafts[one], drafts[other])


def fingerprint(draft: TerritoryDraft) -> tuple[object, ...]:
    """Give what must be equal for two drafts to be the same territory, drawn the same way."""
    shape = draft.geometry.normalize().wkb
    return (draft.level, draft.name_ru, draft.name_en, draft.parent_code, draft.region, draft.timezone, shape)


def differences(*, before: Iterable[TerritoryDraft], after: Iterable[TerritoryDraft]) -> Difference:
    """Give what turns the one set into the other, compared by code."""
    old = {draft.code: fingerprint(draft) for draft in before}
    new = {draft.code: fingerprint(draft) for draft in after}
    both = old.keys() & new.keys()
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(code for code in both if old[code] != new[code])),
        removed=tuple(sorted(old.keys() - new.keys())),
        unchanged=tuple(sorted(code for code in both if old[code] == new[code])),
    )


def _repeated_codes(drafts: Sequence[TerritoryDraft]) -> Iterator[Finding]:
    for code, times in Counter(draft.code for draft in drafts).items():
        if times > 1:
            yield Finding("error", code, "The code is used %(times)s times", {"times": times})


def _check_one(draft: TerritoryDraft) -> tuple[list[Finding], list[TerritoryDraft]]:
    fault = _fault_of(draft)
    if fault:
        return [Finding("error", draft.code, fault, {})], []
    if draft.geometry.is_valid:
        return [], [draft]
    return _repair(draft)


def _fault_of(draft: TerritoryDraft) -> str | None:
    if not draft.code:
        return "There is no name or code to make a code from"
    if not draft.name_ru:
        return "There is no name"
    if not isinstance(draft.geometry, Polygon | MultiPolygon):
        return "The geometry is not a polygon"
    if draft.geometry.is_empty:
        return "The polygon is empty"
    west, south, east, north = draft.geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return "The coordinates are not degrees of longitude and latitude (WGS84)"
    return None


def _repair(draft: TerritoryDraft) -> tuple[list[Finding], list[TerritoryDraft]]:
    repaired = draft.geometry.buffer(0)
    if repaired.is_empty or not repaired.is_valid:
        return [Finding("error", draft.code, "The polygon is broken and cannot be repaired", {})], []
    change = abs(repaired.area - draft.geometry.area) / repaired.area * 100
    found = Finding(
        "repaired",
        draft.code,
        "The polygon crossed itself and was repaired, its area changed by %(percent)s %%",
        {"percent": f"{change:.2f}"},
    )
    return [found], [_with_geometry(draft, repaired)]


def _with_geometry(draft: TerritoryDraft, geometry: BaseGeometry) -> TerritoryDraft:
    return TerritoryDraft(
        draft.code,
        draft.level,
        draft.name_ru,
        draft.name_en,
        geometry,
        draft.parent_code,
        draft.region,
        draft.timezone,
    )


def _overlap(one: TerritoryDraft, other: TerritoryDraft) -> Iterator[Finding]:
    smaller = min(one.geometry.area, other.geometry.area)
    share = one.geometry.intersection(other.geometry).area / smaller if smaller else 0
    if share > OVERLAP_SHARE:
        yield Finding(
            "warning",
            one.code,
            "It overlaps with %(other)s by %(percent)s %% of the smaller one",
            {"other": other.code, "percent": f"{share * 100:.1f}"},
        )
