"""What a collection or folder says for the requests in it, as the user edits it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from httpdesk.model.environment import Variable
from httpdesk.model.request import Header, Options

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.auth_choice import AuthChoice


@dataclass(frozen=True, slots=True)
class Level:
    """The rows, options and notes of one `opencollection.yml` or `folder.yml`."""

    name: str = ""
    headers: tuple[Header, ...] = ()
    variables: tuple[Variable, ...] = ()
    """Rows without the `httpdesk.*` ones, which are `options`."""
    auth: AuthChoice | None = None
    """What the file says of signing in, None for nothing."""
    options: Options = field(default_factory=Options)
    """What the file says of options, its connection among them; `Options.said` tells which."""
    notes: str = ""
    unapplied: tuple[str, ...] = ()
    """What the file also asks for and is kept but not used yet, such as `scripts`."""


@dataclass(frozen=True, slots=True)
class LoadedLevel:
    """A level as read from its file, with what is needed to save it back without loss."""

    level: Level
    root: str
    path: str
    """Of the folder, relative to `root`; "" for the collection."""
    digest: str = ""
    """SHA-256 of the bytes that were read; "" for a folder without a file of its own."""
