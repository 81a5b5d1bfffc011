"""The ground: time, identifiers, text, faults and settings. Standard library and pydantic only."""
