"""The sample collection's sign-in from the command line, while a window has its server running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.sample_collection import place_sample_collection
from httpdesk.adapters.sample_server import LocalSampleServer
from httpdesk.adapters.vault_file import Cost
from httpdesk.adapters.vault_secrets import VaultSecrets
from httpdesk.wiring import VAULT_PASSPHRASE

PASSPHRASE = "canary-phrase-8"
BROWSER = """\
import re, sys, threading
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

page = sys.argv[1]
ticket = re.search(r'name="ticket" value="([^"]+)"', urlopen(page).read().decode())[1]
place = urlsplit(page)._replace(query="").geturl()
urlopen(place, urlencode({"ticket": ticket, "answer": "allow"}).encode()).close()
# A browser stays open behind the sign-in.
threading.Event().wait(6)
"""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of the sample server of a window."""
    server = LocalSampleServer()
    yield server.start()
    server.stop()


@pytest.fixture
def collection(httpdesk_home: Path, server: str) -> str:
    """The sample collection, whose connection leads to the server."""
    root = place_sample_collection(httpdesk_home / "data" / "sample")
    file = Path(root) / "connections" / "sample-sign-in.yaml"
    file.write_text(file.read_text().replace("http://127.0.0.1:27473", server))
    (httpdesk_home / "config").mkdir()
    (httpdesk_home / "config" / "settings.toml").write_text('version = 1\nsecrets = "vault"\n')
    path = httpdesk_home / "data" / "vault" / "secrets.vault"
    VaultSecrets(lambda: path, cost=Cost(n=1024)).create(PASSPHRASE)
    return root


def test_the_sample_sign_in_works_on_the_command_line_too(collection: str, tmp_path: Path) -> None:
    """With a browser that BROWSER names, which ends only when the user closes it."""
    browser = tmp_path / "browser.py"
    browser.write_text(BROWSER)
    environ = {
        **os.environ,
        VAULT_PASSPHRASE: PASSPHRASE,
        "BROWSER": f"{sys.executable} {browser} %s",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "httpdesk", *words, "--collection", collection],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    login = run("connections", "login", "Sample sign-in")
    assert "Sample sign-in: signed in, 10 min left, is renewed." in login.stderr
    assert login.returncode == 0
    sent = run("send", "/oauth/me", "--connection", "Sample sign-in")
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout)["user"] == "Demo user"
    assert run("connections", "logout", "Sample sign-in").returncode == 0
    assert run("send", "/oauth/me", "--connection", "Sample sign-in").returncode == 5
