"""Signing in with a real browser at a real provider, from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.helpers.chromium import Chromium, sign_in
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.oidc_provider import OidcProvider


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringDaemon]:
    with KeyringDaemon(tmp_path_factory.mktemp("keyring"), "pass phrase") as daemon:
        yield daemon


@pytest.fixture
def browser() -> Iterator[Chromium]:
    """A browser of its own for each test: nobody is signed in at the provider yet."""
    with Chromium() as browser:
        yield browser


class Terminal:
    """HTTPDesk's commands as somebody runs them, who keeps secrets in a real keyring."""

    def __init__(self, home: Path, daemon: KeyringDaemon, provider: OidcProvider) -> None:
        ours = {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
        ours.pop("PYTHON_KEYRING_BACKEND", None)
        self._environment = ours | daemon.environment | {"HTTPDESK_HOME": str(home)}
        self._home = home
        self._provider = provider

    def add(self, name: str) -> None:
        """Write the file of a connection to the provider."""
        self._provider.add_connection(self._home, name)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*words),
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    @contextmanager
    def login(self, name: str) -> Iterator[Login]:
        """Start to sign in; the process ends with the block."""
        process = subprocess.Popen(
            self._command("connections", "login", name, "--no-browser"),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Login(process)
        finally:
            process.kill()
            process.communicate(timeout=10)

    @staticmethod
    def _command(*words: str) -> tuple[str, ...]:
        return sys.executable, "-m", "httpdesk", *words


class Login:
    """A sign-in that waits for its browser."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        self.url = next(line.strip() for line in lines if line.startswith("http"))

    @property
    def callback(self) -> str:
        """The address on this computer that the browser comes back to."""
        return parse_qs(urlsplit(self.url).query)["redirect_uri"][0]

    def end(self) -> tuple[int, str]:
        """Return the exit status and what else was said."""
        _, said = self._process.communicate(timeout=20)
        return self._process.returncode, said

    @property
    def waits(self) -> bool:
        return self._process.poll() is None


@pytest.fixture
def terminal(httpdesk_home: Path, daemon: KeyringDaemon, provider: OidcProvider) -> Terminal:
    made = Terminal(httpdesk_home, daemon, provider)
    made.add("Shop")
    return made


def test_from_the_browser_to_a_protected_route(terminal: Terminal, browser: Chromium) -> None:
    """Statements 26 and 27: a user signs in, the tab says so calmly, and the token is used."""
    refused = terminal.run("send", "/me", "--connection", "Shop")
    assert (refused.returncode, refused.stdout) == (5, "")
    with terminal.login("Shop") as login:
        sign_in(browser, login.url)
        assert browser.title == "Signed in"
        assert browser.text == "Signed in\nHTTPDesk has what it needs. You can close this tab."
        code = browser.url.partition("code=")[2].partition("&")[0]
        assert len(code) > 20
        assert code not in browser.source
        status, said = login.end()
    assert (status, code in said) == (0, False)
    assert "Shop: signed in" in said
    sent = terminal.run("send", "/me", "--connection", "Shop")
    assert (sent.returncode, json.loads(sent.stdout)["sub"]) == (0, "alice")


def test_a_user_who_refuses_is_told_of(terminal: Terminal, browser: Chromium) -> None:
    """Statement 26: the provider's `access_denied`, in words on both sides."""
    with terminal.login("Shop") as login:
        browser.open(login.url)
        browser.click("a[href$='/abort']")
        assert browser.title == "Sign-in was not finished"
        assert browser.text.endswith("HTTPDesk says why. You can close this tab.")
        status, said = login.end()
    assert status == 5
    assert "access_denied" in said
    assert terminal.run("send", "/me", "--connection", "Shop").returncode == 5


def test_other_pages_end_no_sign_in(terminal: Terminal, browser: Chromium) -> None:
    """Row 41: a guessed state, a closed tab and a second callback; the user's own answer counts."""
    with terminal.login("Shop") as login:
        browser.open_tab()
        browser.open(login.url)
        browser.close_tab()
        browser.open(f"{login.callback}?code=forged&state=guessed")
        assert browser.title == "This is not the end of a sign-in"
        assert browser.text.endswith("No sign-in of HTTPDesk waits for this address.")
        assert login.waits
        sign_in(browser, login.url)
        assert browser.title == "Signed in"
        answer = browser.url
        assert login.end()[0] == 0
        with pytest.raises(AssertionError, match="ERR_CONNECTION_REFUSED"):
            browser.open(answer)


def test_two_sign_ins_at_once_end_with_their_own_codes(
    terminal: Terminal, browser: Chromium
) -> None:
    """Row 41: the second ends first; both hold a token, for another user each."""
    terminal.add("Other")
    with terminal.login("Shop") as one, terminal.login("Other") as two, Chromium() as second:
        assert urlsplit(one.callback).port != urlsplit(two.callback).port
        sign_in(second, two.url, "bob")
        assert two.end()[0] == 0
        assert one.waits
        sign_in(browser, one.url)
        assert one.end()[0] == 0
    for name, user in (("Shop", "alice"), ("Other", "bob")):
        sent = terminal.run("send", "/me", "--connection", name)
        assert json.loads(sent.stdout)["sub"] == user
