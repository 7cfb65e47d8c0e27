"""Where HTTPDesk keeps its own files for one user."""

from __future__ import annotations

import os
from pathlib import Path

HOME_VARIABLE = "HTTPDESK_HOME"
"""Names one folder for all per-user files, for portable use and for tests."""

APP_NAME = "httpdesk"


def config_folder() -> Path:
    """Return the folder of settings; made if needed. Raises FileUnwritable."""
    return _private_folder("config")


def data_folder() -> Path:
    """Return the folder of what the user would miss; made if needed. Raises FileUnwritable."""
    return _private_folder("data")


def cache_folder() -> Path:
    """Return the folder of what can be made again; made if needed. Raises FileUnwritable."""
    return _private_folder("cache")


def _private_folder(kind: str) -> Path:
    folder = _folder(kind)
    try:
        # Only its owner may look in: request history and drafts can hold personal data.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        from httpdesk.model.errors import FileUnwritable

        raise FileUnwritable(path=str(folder), detail=error.strerror or str(error)) from error
    return folder


def _folder(kind: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home).expanduser().absolute() / kind
    import platformdirs

    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return {
        "config": dirs.user_config_path,
        "data": dirs.user_data_path,
        "cache": dirs.user_cache_path,
    }[kind]
