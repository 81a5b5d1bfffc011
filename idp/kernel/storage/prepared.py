"""Prepared statements: written once in SQLAlchemy Core, compiled once per engine, run by the driver itself.

For hot paths only. A statement names its values by `sa.bindparam` and is a constant of its module; an
INSERT is `prepare_insert` of a table and the columns it fills. What a column's type does to a value
(UUID, time, JSON) is done here too. Errors are the driver's own.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from .unit import Unit

Change = Callable[[Any], Any]
Made = TypeVar("Made")


class Prepared:
    """One statement, for any engine."""

    def __init__(
        self,
        statement: sa.Select[Any] | sa.Insert | sa.Update | sa.Delete,
        *,
        fills: Sequence[str] | None = None,
    ) -> None:
        self._statement, self._fills = statement, fills
        self._forms: dict[str, _Form] = {}

    def first(self, session: Session, **values: Any) -> Any:
        """Give the first row, with the columns as attributes, or nothing."""
        form, cursor = self._run(session, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else form.row(found)

    def all(self, session: Session, **values: Any) -> list[Any]:
        """Give every row."""
        form, cursor = self._run(session, values)
        found = cursor.fetchall()
        cursor.close()
        return [form.row(one) for one in found]

    def raw(self, session: Session, **values: Any) -> "Raw | None":
        """Give the first row as the driver has it, for `Remembered`."""
        form, cursor = self._run(session, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else Raw(found, form)

    def value(self, session: Session, **values: Any) -> Any:
        """Give the first column of the first row, or nothing."""
        found = self.first(session, **values)
        return None if found is None else found[0]

    def change(self, session: Session, **values: Any) -> int:
        """Give how many rows the statement has changed: 1 for one caller in a race (see `claim`)."""
        _, cursor = self._run(session, values)
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def text_on(self, dialect: Dialect) -> str:
        """Give the statement as an engine's driver takes it, to ask for its plan."""
        return self._form_on(dialect).text

    def _run(self, session: Session, values: Mapping[str, Any]) -> tuple["_Form", DBAPICursor]:
        unit = cast(Unit, session)  # every session that a Database hands out is one
        driver, form = unit.driver(), self._form_on(unit.dialect)
        cursor = driver.cursor()
        cursor.execute(form.text, form.bound(values))
        return form, cursor

    def _form_on(self, dialect: Dialect) -> "_Form":
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _form(self._statement, self._fills, dialect)
        return form


class Remembered(Generic[Made]):
    """What is made of a row, made anew only when the row has changed.

    For the few rows that are read with almost every request. The row is read each time, so nothing old
    is ever given; what is saved is reading its JSON and building the value, which must be frozen.
    """

    def __init__(self, statement: Prepared, make: Callable[[Any], Made], *, most: int = 1000) -> None:
        self._statement, self._make, self._most = statement, make, most
        self._known: dict[str, tuple[Sequence[Any], Made]] = {}

    def find(self, session: Session, key: str, **values: Any) -> Made | None:
        """Give the value of the row that the statement finds, or nothing; `key` names it in memory."""
        raw = self._statement.raw(session, **values)
        if raw is None:
            return None
        known = self._known.get(key)
        if known is not None and known[0] == raw.found:
            return known[1]
        made = self._make(raw.form.row(raw.found))
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = (raw.found, made)
        return made


def prepare_insert(table: sa.Table, *columns: str) -> Prepared:
    """Prepare an INSERT that fills these columns; one with a default made in Python must be among them."""
    made = {c.name for c in table.columns if c.default is not None}
    if not made <= set(columns):
        raise ValueError(f"columns with a default: {made - set(columns)}")
    return Prepared(sa.insert(table), fills=columns)


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as the driver has it."""

    found: Sequence[Any]
    form: "_Form"


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one engine's driver takes it: text, places of values, and what becomes of rows."""

    text: str
    names: Sequence[str]
    is_positional: bool
    fixed: Mapping[str, Any]
    inward: Mapping[str, Change]
    outward: Sequence[tuple[int, Change]]
    make: Callable[[Sequence[Any]], Any]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Give the values as the driver takes them."""
        told = {**self.fixed, **values}
        for name, change in self.inward.items():
            told[name] = change(told[name])
        if self.is_positional:
            return [told[name] for name in self.names]
        return {name: told[name] for name in self.names}

    def row(self, found: Sequence[Any]) -> Any:
        """Give a row of the driver with every value as its column's type has it."""
        told = list(found)
        for at, change in self.outward:
            told[at] = change(told[at])
        return self.make(told)


def _form(statement: Any, fills: Sequence[str] | None, dialect: Dialect) -> _Form:
    made = cast(SQLCompiler, statement.compile(dialect=dialect, column_keys=fills))
    if "POSTCOMPILE" in str(made) or made.insert_prefetch or made.update_prefetch:
        raise ValueError(f"cannot be prepared: {made}")
    columns = list(statement.exported_columns)
    inward = {name: _inward(bound.type, dialect) for name, bound in made.binds.items()}
    outward = [_outward(column.type, dialect) for column in columns]
    names = [column.name for column in columns]
    kind: Any = namedtuple("Row", names)  # type: ignore[misc]  # they are known only now
    return _Form(
        text=str(made),
        names=tuple(made.positiontup or made.binds),
        is_positional=bool(made.positional),
        fixed={name: bound.effective_value for name, bound in made.binds.items() if not bound.required},
        inward={name: change for name, change in inward.items() if change},
        outward=tuple((at, change) for at, change in enumerate(outward) if change),
        make=kind._make,
    )


def _inward(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Change | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _outward(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Change | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
