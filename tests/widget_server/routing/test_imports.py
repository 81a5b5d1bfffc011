"""The rules load without Flask and without the database."""

import subprocess
import sys

import pytest

PURE = [
    "widget_server.territories",
    "widget_server.territories.rules",
    "widget_server.routing",
    "widget_server.routing.deadlines",
    "widget_server.routing.receivers",
    "widget_server.routing.catalogue_file",
]


@pytest.mark.parametrize("module", PURE)
def test_rules_import_neither_flask_nor_sqlalchemy(module):
    code = f"import sys, {module}; sys.exit(any(m in sys.modules for m in ('flask', 'sqlalchemy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
