"""A real browser for the part of a sign-in that a user does: Chromium, led through WebDriver.

with Chromium() as browser:
    browser.open(url)
    browser.fill("input[name=login]", "alice")
    browser.click("button[type=submit]")
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

import requests

SECONDS = 15.0
"""How long a page may take."""

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # W3C WebDriver, section 12.2
_READY = "started successfully on port "
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1000,700",
)


class Chromium:
    """A browser with an empty profile; its processes and its profile end with the block."""

    def __init__(self) -> None:
        self._driver: subprocess.Popen[str] | None = None
        self._http = requests.Session()
        self._http.trust_env = False
        self._session = "/session"
        self._profile = ""

    def __enter__(self) -> Chromium:
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        try:
            self._start()
        # Also when the test is interrupted: nobody calls __exit__ of a block that was not entered,
        # and the driver would live on with its browser.
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the driver, the browser and all that they started, whether they listen or not."""
        if self._session.rpartition("/")[2] != "session":
            with contextlib.suppress(requests.RequestException, AssertionError):
                self._do("DELETE", "")
        self._http.close()
        if self._driver is not None:
            os.killpg(self._driver.pid, signal.SIGKILL)
            self._driver.wait(10)
            assert self._driver.stdout is not None
            self._driver.stdout.close()
            self._driver = None
        # A process that dies at this moment may still write a file.
        shutil.rmtree(self._profile, ignore_errors=True)

    def open(self, url: str) -> None:
        """Go to a URL and wait until the page is there."""
        self._do("POST", "/url", url=url)

    def open_tab(self) -> None:
        """Open another tab and go on there."""
        handle = self._do("POST", "/window/new", type="tab")["handle"]
        self._do("POST", "/window", handle=handle)

    def close_tab(self) -> None:
        """Close the tab in front and go on in the first of the others."""
        others = self._do("DELETE", "/window")
        self._do("POST", "/window", handle=others[0])

    def fill(self, selector: str, text: str) -> None:
        """Type a text into a field."""
        self._do("POST", f"/element/{self._find(selector)}/value", text=text)

    def click(self, selector: str) -> None:
        """Click what a CSS selector names, and wait until another page is there."""
        before = self._all("html")
        self._do("POST", f"/element/{self._find(selector)}/click")
        # A form's answer comes some time after the click itself.
        self.wait_for(lambda: self._all("html") not in ([], before), f"the page after {selector}")

    def has(self, selector: str) -> bool:
        """Return whether something on the page fits a CSS selector."""
        return bool(self._all(selector))

    @property
    def url(self) -> str:
        """What the address line shows."""
        return str(self._do("GET", "/url"))

    @property
    def title(self) -> str:
        """What the tab shows."""
        return str(self._do("GET", "/title"))

    @property
    def text(self) -> str:
        """What a user can read on the page."""
        return str(self._do("GET", f"/element/{self._find('body')}/text"))

    @property
    def source(self) -> str:
        """The page's HTML."""
        return str(self._do("GET", "/source"))

    def screenshot(self, path: Path) -> None:
        """Keep a picture of the page as a PNG file."""
        path.write_bytes(base64.b64decode(self._do("GET", "/screenshot")))

    def wait_for(self, fact: Callable[[], bool], what: str) -> None:
        """Ask until it is so."""
        end = monotonic() + SECONDS
        while not fact():
            assert monotonic() < end, f"{what}: {self.url} shows {self.text!r}"

    def _start(self) -> None:
        own = dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME"), self._profile)
        self._driver = subprocess.Popen(
            ["chromedriver", "--port=0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **own},
            start_new_session=True,
            text=True,
        )
        assert self._driver.stdout is not None
        line = next(line for line in self._driver.stdout if _READY in line)
        # Whatever it says later must not fill the pipe.
        threading.Thread(target=self._driver.stdout.read, daemon=True).start()
        port = int(line.rpartition(_READY)[2].strip(" .\n"))
        options = {
            "binary": shutil.which("chromium"),
            "args": [*_FLAGS, f"--user-data-dir={self._profile}/profile"],
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options}
        self._session = f"http://127.0.0.1:{port}/session"
        made = self._do("POST", "", capabilities={"alwaysMatch": wanted})
        self._session += f"/{made['sessionId']}"

    def _find(self, selector: str) -> str:
        found = self._do("POST", "/element", using="css selector", value=selector)
        return str(found[_ELEMENT])

    def _all(self, selector: str) -> list[Any]:
        found: list[Any] = self._do("POST", "/elements", using="css selector", value=selector)
        return found

    def _do(self, method: str, command: str, **parameters: Any) -> Any:
        """Give a WebDriver command; return its value."""
        url = self._session + command
        sent = parameters if method == "POST" else None
        answer = self._http.request(method, url, json=sent, timeout=2 * SECONDS).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(f"{command}: {answer['error']}: {answer['message'][:500]}")
        return answer


def sign_in(browser: Chromium, url: str, user: str = "alice") -> None:
    """Sign in and consent at `tests.helpers.oidc_provider`, up to the page behind it all."""
    browser.open(url)
    if browser.has("input[name=login]"):
        browser.fill("input[name=login]", user)
        browser.fill("input[name=password]", "any")
        browser.click("button[type=submit]")
    consent(browser)


def consent(browser: Chromium) -> None:
    """Consent on the provider's page; nothing happens where it does not ask."""
    if "/interaction/" in browser.url:
        browser.click("button[type=submit]")
