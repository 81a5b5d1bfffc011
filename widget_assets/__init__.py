"""Sources of the front end and what is built of them; both servers read the built manifest."""

from pathlib import Path

BUILT = Path(__file__).resolve().parent / "built"
