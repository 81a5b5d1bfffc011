"""Fills the demo once with what a newcomer should find: clients, people, partners, reports."""

from flask import Flask

from .plan import Plan
from .vault import Vault


def seed(plan: Plan, vault: Vault, *, idp: Flask, widget: Flask) -> None:
    """Fill both empty, migrated databases."""
