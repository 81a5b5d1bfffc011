"""A slice's public face whose database part is imported on first use.

A slice's `__init__` runs whenever its pure rules are imported; were it to import queries and
services too, every rule would load Flask and the database. So the face names them and imports later.
"""

from collections.abc import Callable
from importlib import import_module


def later(package: str, **modules: tuple[str, ...]) -> Callable[[str], object]:
    """Give a module's `__getattr__` (PEP 562) that finds each name in the module said to hold it."""
    where = {name: module for module, names in modules.items() for name in names}

    def find(name: str) -> object:
        if name not in where:
            raise AttributeError(f"{package} has no {name}")
        return getattr(import_module(f"{package}.{where[name]}"), name)

    return find
