"""A hostile page in a real browser, as HTTPDesk hands it over (fault 25)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.render.html_copy import browser_copy
from tests.helpers.chromium import Chromium
from tests.render.test_transcode import spooled


class Listener:
    """Counts connections; nobody should come."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.asked: list[bytes] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    self.asked.append(connection.recv(2000))
                except TimeoutError:
                    self.asked.append(b"")

    def close(self) -> None:
        """Wait for nobody any more."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Give a server that hears of every request."""
    server = Listener()
    yield server
    server.close()


def hostile(url: str) -> str:
    """Return a page that tries to get out in every way there is."""
    return f"""<!DOCTYPE html><html><head><title>changed</title>
<meta http-equiv="refresh" content="0; url={url}/refresh"><base href="{url}/base/">
<link rel="stylesheet" href="{url}/css"><link rel="prefetch" href="{url}/prefetch">
<link rel="preconnect" href="{url}"><link rel="icon" href="{url}/icon">
<style>@import "{url}/import"; body {{ background: url({url}/background) }}
@font-face {{ font-family: x; src: url({url}/font) }} p {{ font-family: x; color: red }}</style>
<script src="{url}/script"></script>
<script>fetch("{url}/fetch"); top.location = "{url}/top"; document.title = "changed"</script></head>
<body onload="location = '{url}/onload'"><p>shown "text" &amp; more</p>
<img src="{url}/img" srcset="{url}/srcset 2x"><img src="file:///etc/passwd">
<iframe src="{url}/frame"></iframe><object data="{url}/object"></object><embed src="{url}/embed">
<video src="{url}/video" poster="{url}/poster" autoplay></video><audio src="{url}/audio"></audio>
<svg><image href="{url}/svg"/><use href="{url}/use#a"/></svg>
<form action="{url}/form" method="post" id="f"><input name="q" autofocus></form>
<script>document.getElementById("f").submit()</script>
"></iframe><script>fetch("{url}/escaped")</script><img src="{url}/outside">
</body></html>"""


def test_nothing_leaves_the_page(listener: Listener, tmp_path: Path) -> None:
    """0 requests, and the title is not the page's."""
    copy = tmp_path / "page.html"
    copy.write_bytes(b"".join(browser_copy(spooled(hostile(listener.url).encode()))))
    with Chromium() as browser:
        browser.open(copy.as_uri())
        browser.wait_for(lambda: browser.has("iframe[sandbox]"), "the frame")
        picture = tmp_path / "page.png"
        browser.screenshot(picture)
        assert browser.title == "HTTPDesk"
        assert browser.url == copy.as_uri()
    assert listener.asked == []


def test_the_page_would_get_out_by_itself(listener: Listener, tmp_path: Path) -> None:
    """Opened as it came it asks for all of that, so the test above can fail."""
    page = tmp_path / "page.html"
    page.write_text(hostile(listener.url), "utf-8")
    with Chromium() as browser:
        browser.open(page.as_uri())
        browser.wait_for(lambda: len(listener.asked) > 3, "requests")
