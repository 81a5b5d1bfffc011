"""Puts the checkout on the environment's import path and its commands beside the others.

An editable install would build a wheel each time; a path file and a three-line command per entry
point do the same in milliseconds and keep `setup.cfg` the one place that names the commands.
"""

import configparser
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "#!{python}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"


def main() -> None:
    """Write the path file and the commands, where they differ from what is there."""
    write(Path(sysconfig.get_path("purelib")) / "igrajdanin-window.pth", f"{ROOT}\n")
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    for line in setup["options.entry_points"]["console_scripts"].split("\n"):
        if line.strip():
            name, _, target = (part.strip() for part in line.partition("="))
            module, _, function = target.partition(":")
            command = Path(sysconfig.get_path("scripts")) / name
            write(command, COMMAND.format(python=sys.executable, module=module, function=function))
            command.chmod(0o755)


def write(path: Path, text: str) -> None:
    """Replace a file's text only when it changes."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
