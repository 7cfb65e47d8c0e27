"""Finds the icons, themes and style sheets that come with the program."""

from __future__ import annotations

import errno
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def resource_path(*parts: str) -> Path:
    """Return the file or folder `parts` inside the resources.

    Raises FileNotFoundError when it is not there, which means a broken installation.
    """
    path = _resources().joinpath(*parts)
    if not path.exists():
        raise _missing(path)
    return path


@cache
def _resources() -> Path:
    """Return the folder of resources: inside the installed package, or beside it in a checkout."""
    installed = PACKAGE / "resources"
    if installed.is_dir():
        return installed
    checkout = PACKAGE.parent / "resources"
    # Without the second test, site-packages/resources of somebody else would be taken for ours.
    if checkout.is_dir() and (PACKAGE.parent / "pyproject.toml").is_file():
        return checkout
    raise _missing(installed)


def _missing(path: Path) -> FileNotFoundError:
    return FileNotFoundError(
        errno.ENOENT, "A part of HTTPDesk is missing; install it again", str(path)
    )
