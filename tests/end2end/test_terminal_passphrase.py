"""The passphrase of the encrypted file, typed on a real terminal (security.md R4)."""

from __future__ import annotations

import base64
import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.vault_file import Cost
from httpdesk.adapters.vault_secrets import VaultSecrets
from httpdesk.wiring import VAULT_PASSPHRASE
from tests.helpers.raw_server import RawServer, answering, response

PASSPHRASE, PASSWORD = "canary phräse 8", "canary-t3rminal"
BASIC = base64.b64encode(f"jo:{PASSWORD}".encode())
CONNECTION = """\
info: {{name: Shop, type: connection, id: x}}
baseUrl: http://127.0.0.1:{port}
auth: {{type: basic, username: jo}}
"""
SECONDS = 20.0


class Terminal:
    """A program on a terminal of its own, as a user sees it."""

    def __init__(self, *words: str) -> None:
        self._hand, self.screen_end = os.openpty()
        self.seen = b""
        # With --ctty it is the terminal that Ctrl+C and getpass go to.
        self.program = subprocess.Popen(
            ["setsid", "--ctty", sys.executable, "-m", "httpdesk", *words],
            stdin=self.screen_end,
            stdout=self.screen_end,
            stderr=self.screen_end,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.program.poll() is None:
            self.program.send_signal(signal.SIGKILL)
        self.program.wait(SECONDS)
        os.close(self._hand)
        os.close(self.screen_end)

    def expect(self, words: str) -> None:
        """Wait until the words stand there."""
        end = time.monotonic() + SECONDS
        while words.encode() not in self.seen:
            ready, _, _ = select.select([self._hand], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{words!r} in place of {self.seen!r}"
            self.seen += os.read(self._hand, 65536)

    def expect_hidden_typing(self) -> None:
        """Wait until what is typed is not shown: the question comes a moment before."""
        end = time.monotonic() + SECONDS
        while self.shows_typing:
            assert time.monotonic() < end, "typing would be shown"

    def type_(self, text: str) -> None:
        os.write(self._hand, text.encode())

    def ends(self) -> int:
        """Wait for the end; return the status."""
        end = time.monotonic() + SECONDS
        while self.program.poll() is None:
            assert time.monotonic() < end, self.seen
            if select.select([self._hand], [], [], 0.05)[0]:
                self.seen += os.read(self._hand, 65536)
        return self.program.wait()

    @property
    def shows_typing(self) -> bool:
        flags: int = termios.tcgetattr(self.screen_end)[3]
        return bool(flags & termios.ECHO)


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"done"))) as server:
        yield server


@pytest.fixture
def question(httpdesk_home: Path, server: RawServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have a connection whose password is in an encrypted file; return what is asked."""
    monkeypatch.delenv(VAULT_PASSPHRASE, raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={httpdesk_home / 'nothing'}")
    file = httpdesk_home / "config" / "connections" / "shop.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(CONNECTION.format(port=server.port))
    (httpdesk_home / "config" / "settings.toml").write_text('version = 1\nsecrets = "vault"\n')
    path = httpdesk_home / "data" / "vault" / "secrets.vault"
    vault = VaultSecrets(lambda: path, cost=Cost(n=1024))
    vault.create(PASSPHRASE)
    return f"Passphrase of {path}: "


@pytest.fixture
def kept(httpdesk_home: Path, question: str) -> None:
    """Keep the password by the command line itself, typed unseen as is the passphrase."""
    with Terminal("connections", "set-secret", "Shop", "password") as terminal:
        terminal.expect("password of Shop: ")
        terminal.expect_hidden_typing()
        terminal.type_(f"{PASSWORD}\n")
        terminal.expect(question)
        terminal.expect_hidden_typing()
        terminal.type_(f"{PASSPHRASE}\n")
        terminal.expect("is kept.")
        assert terminal.ends() == 0
        assert PASSWORD.encode() not in terminal.seen
        assert terminal.shows_typing


@pytest.mark.usefixtures("kept")
def test_a_passphrase_is_typed_unseen_and_opens_the_file(server: RawServer, question: str) -> None:
    """Statement 24: what is there is used, and nothing of it stands on the screen."""
    with Terminal("send", "/orders", "--connection", "Shop", "-v") as terminal:
        terminal.expect(question)
        terminal.expect_hidden_typing()
        terminal.type_(f"{PASSPHRASE}\n")
        terminal.expect("done")
        assert terminal.ends() == 0
        told = terminal.seen
        assert terminal.shows_typing
    assert b"Authorization: Basic " + BASIC in server.requests[0]
    for secret in (PASSPHRASE.encode(), PASSWORD.encode(), BASIC):
        assert secret not in told


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("typed", "words"),
    [("wrong one\n", "That passphrase does not open the encrypted file"), ("\n", "is locked.")],
)
def test_without_it_nothing_is_sent(
    server: RawServer, question: str, typed: str, words: str
) -> None:
    """Row 39 of quality.md: a locked file is told, and no request goes out unsigned."""
    with Terminal("send", "/orders", "--connection", "Shop") as terminal:
        terminal.expect(question)
        terminal.expect_hidden_typing()
        terminal.type_(typed)
        terminal.expect(words)
        terminal.expect("Nothing was sent.")
        assert terminal.ends() == 5
        assert terminal.shows_typing
    assert server.requests == []


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "command", [("send", "/orders", "--connection", "Shop"), ("connections", "list")]
)
def test_ctrl_c_at_the_question_ends_it_and_leaves_a_terminal_that_shows_typing(
    server: RawServer, question: str, command: tuple[str, ...]
) -> None:
    with Terminal(*command) as terminal:
        terminal.expect(question)
        terminal.expect_hidden_typing()
        terminal.type_("\x03")
        assert terminal.ends() == 130
        assert terminal.shows_typing
    assert server.requests == []
