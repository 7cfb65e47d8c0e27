"""What the window is handed by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.collection_ports import CollectionStore
    from httpdesk.engine.connecting import ConnectionPorts
    from httpdesk.engine.download import DownloadFiles
    from httpdesk.engine.draft_ports import DraftStore
    from httpdesk.engine.environment_ports import EnvironmentStore
    from httpdesk.engine.find_ports import TextFinder
    from httpdesk.engine.history_ports import HistoryStore
    from httpdesk.engine.known_secrets import KnownSecrets
    from httpdesk.engine.offload import Offload, Scratch
    from httpdesk.engine.ports import (
        Clock,
        CookieStore,
        SampleServer,
        SecretPlaces,
        SystemProxies,
        Transport,
        UploadFiles,
    )
    from httpdesk.engine.version_ports import VersionStore
    from httpdesk.model.errors import StorageFailed
    from httpdesk.model.notices import SetAside
    from httpdesk.model.response import BodyHandle
    from httpdesk.model.settings import Settings

    Notice = SetAside | StorageFailed

Port_co = TypeVar("Port_co", covariant=True)


class Lazy(Generic[Port_co]):
    """A port that is made at its first use, on the worker that needs it.

    Making one imports libraries that start-up must not wait for. Two workers that come at once may
    both make it; the first one made is kept.
    """

    def __init__(self, make: Callable[[], Port_co]) -> None:
        self._make = make
        self._made: list[Port_co] = []

    def __call__(self) -> Port_co:
        """Return the port."""
        if not self._made:
            self._made.append(self._make())
        return self._made[0]

    @property
    def made(self) -> Port_co | None:
        """The port when it has been made already, else None."""
        return self._made[0] if self._made else None


class OutsideFiles(Protocol):
    """Copies of bodies for other programs, which are removed when the window closes."""

    def put(self, name: str, pieces: Iterator[bytes], cancel: CancelToken) -> str:
        """Write a copy and return its path, "" when cancelled; raises StorageFailed."""

    def close(self) -> None:
        """Remove all copies."""


@dataclass(frozen=True, slots=True)
class WindowPorts:
    """The world as the window sees it."""

    collections: Lazy[CollectionStore]
    environments: Lazy[EnvironmentStore]
    drafts: Lazy[DraftStore]
    versions: Lazy[VersionStore]
    """What requests were before; written in the lane of the drafts."""
    history: Lazy[HistoryStore]
    """The sends of the past; never on the UI thread."""
    cookies: Lazy[CookieStore]
    transport: Lazy[Transport]
    connections: Lazy[ConnectionPorts]
    uploads: Callable[[str | None], UploadFiles]
    """The files that bodies name; relative paths start at the folder that is given."""
    allow_upload: Callable[[str], None]
    """The user picked or typed this path: it may lie outside of the collection's folder."""
    sample_server: Lazy[SampleServer]
    clock: Clock
    settings: Settings
    settings_read_only: bool
    """Whether a later version wrote the settings file."""
    save_settings: Callable[[Settings], None]
    secrets: Lazy[SecretPlaces]
    choose_place: Callable[[str], None]
    """Keep secrets there from now on: a value of the setting `secrets`."""
    system_proxies: Lazy[SystemProxies]
    notices: Callable[[], tuple[Notice, ...]]
    """What happened to the program's own files when they were opened; asked after the start."""
    sample_collection: Callable[[], str]
    """Put the sample collection into the user's data folder when it is not there; its folder."""
    default_collection: str
    """Where the first saved request goes unless the user picks another folder."""
    save_body: Callable[[BodyHandle, str, CancelToken], None]
    """Write a body to the file at a path, whole or not at all; raises StorageFailed."""
    downloads: Callable[[], DownloadFiles]
    """The files that bodies are saved to while they arrive."""
    new_scratch: Callable[[], Scratch]
    """Makes an empty body of our own, kept where the bodies of responses are."""
    offload: Lazy[Offload]
    outside_files: Lazy[OutsideFiles]
    """Works on large bodies in a process beside the window."""
    known_secrets: Lazy[KnownSecrets]
    """The secrets that were read or kept since the start."""
    finder: Lazy[TextFinder]
    """Finds words in the files of collections."""
    hide: Callable[[str], str]
    """Take out of a text all secrets that were read or kept since the start."""
    resources: Path
    window_state_file: str
    """The INI file that QSettings keeps the geometry in."""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables of the operating system's environment, for `{{process.env.NAME}}`."""
