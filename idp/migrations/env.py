"""Runs the revisions of this folder on the app's database."""

from idp.kernel.storage.migrations import run_migrations

run_migrations()
