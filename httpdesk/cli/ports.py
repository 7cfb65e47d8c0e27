"""What the command line is handed by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TextIO

from httpdesk.engine.collection_ports import CollectionStore
from httpdesk.engine.offload import Scratch
from httpdesk.engine.ports import (
    Clock,
    CookieJar,
    SampleServer,
    SecretPlaces,
    SystemProxies,
    Transport,
    UploadFiles,
)
from httpdesk.model.settings import Settings

if TYPE_CHECKING:
    from httpdesk.engine.connecting import ConnectionPorts
    from httpdesk.engine.download import DownloadFiles
    from httpdesk.engine.environment_ports import EnvironmentStore
    from httpdesk.engine.history_ports import HistoryStore
    from httpdesk.engine.known_secrets import KnownSecrets
    from httpdesk.model.health import Finding


class FileStore(Protocol):
    """The files that a command line names; every method raises StorageFailed."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes, up to a bound."""

    def taken(self, path: str) -> bool:
        """Return whether a file of that name stands there, which saving would overwrite."""

    def absolute(self, path: str) -> str:
        """Return the path as it stands from the root of the file system."""

    def locate_folder(self, path: str) -> tuple[str, str]:
        """Return (root, path in it) of a folder of a collection; "" is the collection itself."""

    def locate(self, path: str) -> tuple[str, str, bool]:
        """Return (root, path in it, whether root is a collection folder) of a request file."""


@dataclass(frozen=True, slots=True)
class CliPorts:
    """The world as the command line sees it; factories, so that nothing unused is loaded."""

    transport: Callable[[], Transport]
    collections: Callable[[], CollectionStore]
    environments: Callable[[], EnvironmentStore]
    sample_server: Callable[[], SampleServer]
    clock: Clock
    files: FileStore
    uploads: Callable[[str | None], UploadFiles]
    """The files that bodies name; relative paths start at the folder that is given."""
    cookies: Callable[[], CookieJar]
    """An empty jar for one run."""
    settings: Callable[[], tuple[Settings, tuple[str, ...]]]
    """What is set in the window, and the options whose value in the file cannot be used.

    Raises StorageFailed.
    """
    system_proxies: Callable[[], SystemProxies]
    ask_secret: Callable[[str], str]
    """Show a question on the terminal and return what is typed, which is not shown."""
    connections: Callable[[Transport, SystemProxies | None], ConnectionPorts]
    """What connections need; tokens are asked for over the transport."""
    downloads: Callable[[], DownloadFiles]
    """The files that bodies are saved to."""
    secrets: Callable[[], SecretPlaces]
    """What the window keeps in the system keyring."""
    history: Callable[[], HistoryStore]
    """The sends of the past, which the window shows too."""
    new_scratch: Callable[[], Scratch]
    """Makes an empty body of our own, kept where the bodies of responses are."""
    known_secrets: Callable[[], KnownSecrets]
    """The secrets that were read or kept since the start."""
    hide: Callable[[str], str]
    """Take out of a text all secrets that were read or kept since the start."""
    own_health: Callable[[], Iterator[Finding]]
    """Looks at the program, its folders and its own files."""
    left_overs: Callable[[str], Iterator[Finding]]
    """Looks for what interrupted saves have left in a folder."""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Streams:
    """Standard output, error and input; None where the caller closed one."""

    stdout: TextIO | None
    stderr: TextIO | None
    stdin: TextIO | None
