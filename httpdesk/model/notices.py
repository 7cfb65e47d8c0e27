"""What happened to HTTPDesk's own files while they were opened, for a face to tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class OwnFile(Enum):
    """One of the files that HTTPDesk keeps for itself."""

    DATABASE = "database"
    HISTORY = "history"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A damaged file was kept under another name and a new one was started."""

    file: OwnFile
    kept_as: str
    """Where the damaged file is now; empty when it could not be kept."""
    detail: str = ""
    """What was wrong, in the words of the library."""
