"""What `httpdesk doctor` finds: facts and faults, without sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpdesk.model.error_base import HttpDeskError


class Health(Enum):
    """How a finding is meant."""

    GOOD = "ok"
    NOTE = "note"
    """Worth knowing; nothing has to be done."""
    FAULT = "fault"


class FindingKind(Enum):
    """What was looked at, and how it stands; the value is for programs that read the findings."""

    VERSION = "version"
    BROKEN_VERSION = "broken version"
    FOLDER = "folder"
    FOLDER_UNWRITABLE = "folder unwritable"
    FOLDER_OPEN = "folder open to others"
    LITTLE_SPACE = "little space"
    OWN_FILE = "own file"
    OWN_FILE_DAMAGED = "own file damaged"
    OWN_FILE_NEWER = "own file newer"
    OWN_FILE_BUSY = "own file busy"
    SET_ASIDE = "set aside"
    LEFT_OVER = "left over"
    KEYRING = "keyring"
    KEYRING_LOCKED = "keyring locked"
    KEYRING_MISSING = "keyring missing"
    NO_PROXY = "no proxy"
    PROXY = "proxy"
    CONNECTIONS = "connections"
    ENVIRONMENTS = "environments"
    COLLECTION = "collection"
    BROKEN_FILE = "broken file"
    NAMES_ALIKE = "names alike"
    NAME_NOT_PORTABLE = "name not portable"

    @property
    def health(self) -> Health:
        """How it is meant."""
        if self in _GOOD:
            return Health.GOOD
        return Health.NOTE if self in _NOTES else Health.FAULT


_GOOD = frozenset(
    {
        FindingKind.VERSION,
        FindingKind.FOLDER,
        FindingKind.OWN_FILE,
        FindingKind.KEYRING,
        FindingKind.NO_PROXY,
        FindingKind.CONNECTIONS,
        FindingKind.ENVIRONMENTS,
        FindingKind.COLLECTION,
    }
)
_NOTES = frozenset(
    {
        FindingKind.PROXY,
        FindingKind.SET_ASIDE,
        FindingKind.LEFT_OVER,
        FindingKind.OWN_FILE_BUSY,
        FindingKind.KEYRING_LOCKED,
        FindingKind.KEYRING_MISSING,
        FindingKind.NAME_NOT_PORTABLE,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    kind: FindingKind
    subject: str = ""
    """A path, or a name."""
    detail: str = ""
    """A number or a word that belongs to the kind, such as a version or a mode."""
    error: HttpDeskError | None = None
    """What came of looking, where that failed."""
