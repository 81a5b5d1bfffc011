"""Apache with mod_auth_openidc from the system's packages, as a program of the test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from .provider import Provider
from .site import SITES, Site, running_site

MODULE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")
PAGES = {"private": "private", "signed-out": "signed out"}


@contextmanager
def running_apache(provider: Provider, site: Site, log: Path) -> Iterator[Site]:
    """Start Apache with its pages in a folder that its own user can read, and stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="apache-") as name:
        folder = Path(name)
        _lay_out(folder, provider)
        with _started(provider, site, folder, log) as started:
            yield started


def _started(provider: Provider, site: Site, folder: Path, log: Path) -> AbstractContextManager[Site]:
    command = ["apache2", "-f", str(SITES / "apache.conf"), "-D", "FOREGROUND"]
    return running_site(
        provider, site, command, log=log, FOLDER=str(folder), SITES=str(SITES),
        PASSPHRASE="only-for-tests-0123456789", PATH=os.environ["PATH"] + ":/usr/sbin",
    )  # fmt: skip


def _lay_out(folder: Path, provider: Provider) -> None:
    folder.chmod(0o755)  # Apache started by root answers as another user
    shutil.copy(provider.authority, folder / "ca.pem")
    for page, text in PAGES.items():
        (folder / "pages" / page).mkdir(parents=True)
        (folder / "pages" / page / "index.html").write_text(text)
