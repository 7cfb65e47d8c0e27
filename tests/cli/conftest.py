"""The command line in this process, with the real engine, transport and files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.adapters.files import LocalFiles
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.sample_server import LocalSampleServer
from httpdesk.adapters.settings_file import SettingsFile
from httpdesk.adapters.system_proxies import UrllibSystemProxies
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.cli.main import run
from httpdesk.cli.ports import CliPorts, Streams


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
def ports(tmp_path: Path) -> CliPorts:
    return CliPorts(
        transport=lambda: RequestsTransport(tmp_path),
        collections=lambda: CollectionFiles(tmp_path / "data"),
        sample_server=LocalSampleServer,
        clock=SystemClock(),
        files=LocalFiles(),
        uploads=LocalUploads,
        cookies=MemoryJar,
        settings=SettingsFile(tmp_path / "settings.toml").read,
        system_proxies=UrllibSystemProxies,
        ask_secret=lambda question: "",
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
