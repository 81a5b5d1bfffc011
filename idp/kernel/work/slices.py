"""What a slice brings to its server. A slice's `slice.py` exports one `SLICE`; `slices.py` lists them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import click
from flask import Blueprint, Flask

from .floor import Floor
from .outbox import Handler


@dataclass(frozen=True)
class Periodic:
    """Work done again and again, by whichever worker comes first; idempotent like every job."""

    name: str
    every_seconds: int
    run: Callable[[Floor], None]


@dataclass(frozen=True)
class Slice:
    """A slice's registration: routes, listeners for news by kind, periodic work, commands.

    `prepare` is called once with the app, for what does not fit the other members.
    """

    name: str
    blueprints: Sequence[Blueprint] = ()
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    periodic: Sequence[Periodic] = ()
    commands: Sequence[click.Command] = ()
    prepare: Callable[[Flask], None] | None = None
