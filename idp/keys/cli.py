"""Commands of the keys."""

import click

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor

from .service import ALGORITHMS, add_keys, missing_algorithms, new_keys


@click.group("keys")
def keys() -> None:
    """Signing keys."""


@keys.command("ensure")
@click.pass_obj
def ensure(floor: Floor) -> None:
    """Make the keys that are missing; the server also does so by itself."""
    with floor.db.reading() as session:
        missing = missing_algorithms(session)
    made = new_keys(missing)
    with floor.db.writing() as session:
        add_keys(session, made, envelope=floor.envelope, now=clock.now())
    click.echo(f"made: {', '.join(missing) or 'none'}")


@keys.command("rotate")
@click.pass_obj
def rotate(floor: Floor) -> None:
    """Sign with new keys from now on; the old ones stay published for what they have signed."""
    made = new_keys(ALGORITHMS)
    with floor.db.writing() as session:
        add_keys(session, made, envelope=floor.envelope, now=clock.now())
    for algorithm, key in made:
        click.echo(f"{algorithm} {key.kid}")
