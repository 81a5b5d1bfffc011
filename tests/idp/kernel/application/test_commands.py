"""One command line a server: its own commands, and those of slices with the floor in hand."""

import sys
from collections.abc import Callable
from typing import Any

import click
import pytest
from flask import Flask, current_app

from idp.kernel.application import commands
from idp.kernel.application.commands import load_served, run_commands
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Slice


@click.command("tell")
@click.pass_obj
def tell(floor: Floor) -> None:
    """Say where the floor is."""
    click.echo(f"{floor.settings.host} {current_app.extensions['floor'] is floor}")


@pytest.fixture
def run(
    widget_app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run a command of the window's line with one more slice."""

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["window", *words])
        with pytest.raises(SystemExit) as ended:
            run_commands("window", "x:y", lambda: widget_app, [Slice("a", commands=[tell])])
        assert not ended.value.code
        return capsys.readouterr().out

    return run


def test_slice_command_stands_on_the_floor(run: Callable[..., str]) -> None:
    assert run("tell") == "widget.igrajdanin.test True\n"


def test_help_lists_all_commands(run: Callable[..., str]) -> None:
    text = run("--help")
    assert [word for word in ("migrate", "revision", "worker", "serve", "tell") if word not in text] == []


def test_migrating_twice_changes_nothing(run: Callable[..., str]) -> None:
    run("migrate")


@pytest.mark.parametrize("is_embedded", [True, False])
def test_served_application_brings_its_worker(
    is_embedded: bool, widget_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(commands, "start_worker_thread", started.append)
    monkeypatch.setattr(commands, "load_applications", lambda targets: dict.fromkeys(targets, widget_app))
    settings = widget_app.extensions["floor"].settings
    monkeypatch.setattr(settings, "embedded_worker", is_embedded)
    assert load_served("x:y") is widget_app
    assert started == ([widget_app] if is_embedded else [])
