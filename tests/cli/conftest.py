"""The command line in this process, with the real engine, transport and files."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.adapters.chosen_secrets import ChosenSecrets
from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.adapters.database import Database
from httpdesk.adapters.environment_files import EnvironmentFiles
from httpdesk.adapters.files import LocalFiles
from httpdesk.adapters.history_database import HistoryDatabase
from httpdesk.adapters.keyring_secrets import KeyringSecrets
from httpdesk.adapters.loopback import LoopbackListener
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.adapters.own_health import left_overs, own_findings
from httpdesk.adapters.part_files import LocalDownloads
from httpdesk.adapters.provider_metadata import discover
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.sample_server import LocalSampleServer
from httpdesk.adapters.settings_file import SettingsFile
from httpdesk.adapters.signers import RequestSigners
from httpdesk.adapters.system_proxies import UrllibSystemProxies
from httpdesk.adapters.token_calls import TokenCalls
from httpdesk.adapters.token_locks import TokenLocks
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.adapters.vault_secrets import VaultSecrets
from httpdesk.cli.main import run
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.engine.connecting import ConnectionPorts
from httpdesk.engine.fakes import MemoryRecords
from httpdesk.engine.known_secrets import KnownSecrets
from httpdesk.engine.ports import SecretStore, SystemProxies, Transport
from httpdesk.model.secrets import SecretPlace

_RECORDS: dict[Path, MemoryRecords] = {}


@dataclass(frozen=True)
class Result:
    """What a run printed, and how it ended."""

    status: int
    out: bytes
    err: str


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


Cli = Callable[..., Result]


@pytest.fixture
def keyring() -> MemorySecrets:
    """Give what stands in for the system's keyring."""
    return MemorySecrets()


@pytest.fixture
def browser() -> list[str]:
    """Give the URLs that were opened in the browser."""
    return []


def records_at(tmp_path: Path) -> MemoryRecords:
    """Return what the profile of a test remembers of connections."""
    return _RECORDS.setdefault(tmp_path, MemoryRecords())


def connections(
    tmp_path: Path, keyring: SecretStore, open_browser: Callable[[str], bool]
) -> Callable[[Transport, SystemProxies | None], ConnectionPorts]:
    """Give what makes the world of connections, below the folder."""

    def make(transport: Transport, system: SystemProxies | None) -> ConnectionPorts:
        return ConnectionPorts(
            store=ConnectionFiles(lambda: tmp_path, tmp_path / "data"),
            keyring=lambda: keyring,
            endpoint=lambda network, cancel: TokenCalls(
                lambda: TransportAdapter(transport, cancel, network, system), time.time
            ),
            locks=TokenLocks(lambda: tmp_path / "locks"),
            listener=LoopbackListener,
            open_browser=open_browser,
            records=records_at(tmp_path),
            discover=lambda issuer, network, cancel: discover(
                issuer, TransportAdapter(transport, cancel, network, system)
            ),
            signers=RequestSigners(),
        )

    return make


@pytest.fixture
def history_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the history is, in a folder of its own."""
    return tmp_path_factory.mktemp("history") / "history.db"


@pytest.fixture
def history(history_path: Path) -> Iterator[HistoryDatabase]:
    """The history of the command line under test."""
    made = HistoryDatabase(history_path)
    yield made
    made.close()


@pytest.fixture
def ports(
    tmp_path: Path, keyring: MemorySecrets, browser: list[str], history: HistoryDatabase
) -> CliPorts:
    database, known = Database(tmp_path / "httpdesk.db"), KnownSecrets()
    return CliPorts(
        transport=lambda: RequestsTransport(tmp_path),
        collections=lambda: CollectionFiles(tmp_path / "data"),
        environments=lambda: EnvironmentFiles(lambda: tmp_path / "config", tmp_path / "data"),
        sample_server=LocalSampleServer,
        clock=SystemClock(),
        files=LocalFiles(),
        uploads=LocalUploads,
        cookies=MemoryJar,
        settings=SettingsFile(tmp_path / "settings.toml").read,
        system_proxies=UrllibSystemProxies,
        ask_secret=lambda question: "",
        connections=connections(tmp_path, keyring, lambda url: _opened(browser, url)),
        secrets=lambda: ChosenSecrets(
            KeyringSecrets(database),
            MemorySecrets(),
            VaultSecrets(lambda: tmp_path / "vault" / "secrets.vault"),
            lambda: SecretPlace.KEYRING,
            known.note,
        ),
        history=lambda: history,
        new_scratch=BodySpool,
        downloads=LocalDownloads,
        known_secrets=lambda: known,
        hide=known.hide,
        own_health=lambda: own_findings(tmp_path / "config", tmp_path / "data", tmp_path / "cache"),
        left_overs=left_overs,
        environ={},
    )


@pytest.fixture
def cli(ports: CliPorts) -> Cli:
    """Give a function that runs the words of a command line."""

    def call(
        *argv: str,
        stdin: bytes | None = b"",
        terminal: bool = False,
        asked: bool = False,
        secret: str | None = None,
        **environ: str,
    ) -> Result:
        """`terminal` is for standard output, `asked` for those that questions need."""
        stdout, stderr = _stream(terminal), _stream(asked)
        given = None if stdin is None else _stream(asked, stdin)
        world: dict[str, Any] = {name: getattr(ports, name) for name in ports.__slots__}
        world["environ"] = environ
        if secret is not None:
            world["ask_secret"] = lambda question: secret if stderr.write(question) else ""
        status = run(argv, CliPorts(**world), Streams(stdout, stderr, given))
        stdout.flush()
        stderr.flush()
        return Result(status, _bytes(stdout), _bytes(stderr).decode())

    return call


def _stream(is_terminal: bool, data: bytes = b"") -> io.TextIOWrapper:
    kind = Terminal if is_terminal else io.TextIOWrapper
    return kind(io.BytesIO(data), encoding="utf-8", newline="\n")


def _bytes(stream: io.TextIOWrapper) -> bytes:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


@pytest.fixture(scope="session")
def sample() -> Iterator[str]:
    """Give the address of a running sample server."""
    server = LocalSampleServer()
    yield server.start()
    server.stop()


def _opened(browser: list[str], url: str) -> bool:
    browser.append(url)
    return True
