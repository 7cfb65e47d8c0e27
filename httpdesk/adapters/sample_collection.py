"""The sample collection: shipped with the program, copied once for the user to change."""

from __future__ import annotations

from pathlib import Path

from httpdesk.adapters.files import ROOT_FILE
from httpdesk.adapters.resource_files import resource_path
from httpdesk.model.errors import FileUnwritable


def place_sample_collection(folder: Path) -> str:
    """Return `folder`, with a copy of the sample collection in it unless one is there.

    Raises FileUnwritable when it cannot be written.
    """
    import shutil

    if not (folder / ROOT_FILE).exists():
        try:
            ours = resource_path("sample")
            others = shutil.ignore_patterns(ROOT_FILE)
            shutil.copytree(ours, folder, dirs_exist_ok=True, ignore=others)
            # Last, since it says that there is a copy.
            shutil.copy2(ours / ROOT_FILE, folder)
        except (OSError, shutil.Error) as error:
            raise FileUnwritable(path=str(folder), detail=str(error)) from error
    return str(folder)
