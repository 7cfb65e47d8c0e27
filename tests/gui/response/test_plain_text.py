"""Text of a server is never read as markup, wherever it is shown (quality.md, fault 26)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QTextEdit, QWidget

from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.model.cookies import Cookie, CookieReceipt, CookieRefusal, RefusedCookie
from httpdesk.model.errors import (
    CertificateFacts,
    CertificateNotTrusted,
    HttpDeskError,
    InvalidRedirect,
    MalformedResponse,
    NameLookupFailed,
    Phase,
    ProxyFailed,
    UndecodableBody,
    UrlReason,
)
from httpdesk.model.exchange import Attempt, Exchange
from httpdesk.model.request import ResponseType
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, failed, hop

MAGENTA = QColor(255, 0, 255)


@pytest.fixture
def trap(tmp_path: Path) -> str:
    """Give markup that turns the screen magenta when anything reads it as such."""
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(MAGENTA)
    path = tmp_path / "trap.png"
    assert image.save(str(path))
    return f'<img src="file://{path}" width="400" height="400">'


def is_tainted(widget: QWidget) -> bool:
    """Return whether the picture of a widget has magenta in it."""
    image = widget.grab().toImage()
    return any(
        image.pixelColor(x, y) == MAGENTA
        for y in range(0, image.height(), 3)
        for x in range(0, image.width(), 3)
    )


def hostile_answer(trap: str, wanted: ResponseType) -> Exchange:
    """Return an answer with the trap in every text that a server chooses."""
    headers = ((trap, trap), ("Content-Type", f"text/html; charset={trap}"), ("X", trap))
    facts = replace(exchanges.CONNECTION, proxy=trap, tls_version=trap, tls_cipher=trap)
    refused = RefusedCookie(trap, CookieRefusal.OTHER_DOMAIN, trap)
    visited = hop(200, trap, url=f"http://h/{trap}", dropped=(trap,), connection=facts)
    hops = (replace(visited, cookies=CookieReceipt(refused=(refused,))),)
    exchange = answered(f'{{"{"a"}": "x", "a": 1}} {trap}', 200, trap, headers, wanted=wanted)
    return replace(exchange, attempts=(Attempt(1, hops),))


def hostile_jar(trap: str) -> MemoryJar:
    """Return a jar whose only cookie has the trap in every text."""
    jar = MemoryJar()
    jar.put(Cookie(trap, trap, exchanges.URL.host, f"/{trap}"))
    return jar


def hostile_errors(trap: str) -> list[HttpDeskError]:
    """Return errors with the trap in their fields."""
    facts = CertificateFacts(trap, trap, (trap,), trap, trap, trap)
    at: dict[str, Any] = {"phase": Phase.TLS, "host": trap, "detail": trap}
    return [
        NameLookupFailed(**at),
        CertificateNotTrusted(**at, chain=(facts, facts)),
        ProxyFailed(**at, proxy=trap),
        MalformedResponse(**at, raw=trap.encode()),
        InvalidRedirect(**at, location=trap, reason=UrlReason.MALFORMED),
        UndecodableBody(**at, coding=trap),
    ]


def test_the_trap_works(pane: Pane, trap: str) -> None:
    """A label that reads markup does turn magenta, so the tests below can fail."""
    label = QLabel(trap)
    pane.qtbot.addWidget(label)
    label.resize(200, 200)
    assert is_tainted(label)


@pytest.mark.parametrize("wanted", list(ResponseType))
def test_no_tab_reads_markup(pane: Pane, trap: str, wanted: ResponseType) -> None:
    pane.viewer.show_cookies(hostile_jar(trap))
    pane.show(hostile_answer(trap, wanted))
    assert len(pane.viewer.tab_keys()) == 6
    for key in pane.viewer.tab_keys():
        pane.viewer.select_tab(key)
        assert not is_tainted(pane.viewer)


def bodies(trap: str) -> dict[str, tuple[str, str]]:
    """Return bodies of every kind with the trap wherever a server can put it."""
    quoted, inner = trap.replace('"', "'"), trap.split('"')[1]
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">'
    return {
        "html": ("text/html", f"<title>{trap}</title><h1>{trap}</h1><a href={inner}>{trap}</a>"),
        "xml": ("application/xml", f"<a b='{quoted!r}'><![CDATA[{trap}]]>{quoted}</img></a>"),
        "svg": (
            "image/svg+xml",
            (
                f'{head}<image href="{inner}" width="300" height="200"/>'
                f'<image href="{inner.removeprefix("file://")}" width="300" height="200"/>'
                f"<text>{trap.replace('>', '/>')}</text></svg>"
            ),
        ),
        "csv": ("text/csv", f"{quoted},b\n{quoted},{quoted}\n"),
        "form": ("application/x-www-form-urlencoded", f"{trap}={trap}&b={trap}"),
        "multipart": (
            "multipart/mixed; boundary=XX",
            (
                f"--XX\r\nContent-Type: text/html\r\nContent-Disposition: form-data; name='{trap}'"
                f"\r\n\r\n{trap}\r\n--XX\r\nContent-Type: {trap}\r\n\r\n{trap}\r\n--XX--"
            ),
        ),
        "events": ("text/event-stream", f"event: {trap}\nid: {trap}\ndata: {trap}\n\n"),
        "json": ("application/json", json.dumps([{trap: trap, "b": trap}] * 3)),
        "text": ("text/plain", trap),
        "binary": (f"application/{trap}", f"%PDF-1.7\0{trap}"),
    }


@pytest.mark.parametrize("kind", list(bodies('"trap"')))
def test_no_view_of_a_body_reads_markup(pane: Pane, trap: str, kind: str) -> None:
    """Fault 26: every view of every kind of body is grabbed."""
    media, text = bodies(trap)[kind]
    pane.show(answered(text, headers=exchanges.typed(media), wanted=ResponseType.AUTO))
    views = pane.body.bar.offered
    assert "hex" in views
    for view in views:
        pane.body.choose(view)
        pane.settle()
        assert pane.body.bar.current == view
        assert not is_tainted(pane.viewer), view


def test_no_error_reads_markup(pane: Pane, trap: str) -> None:
    for error in hostile_errors(trap):
        pane.show(failed(error))
        assert not is_tainted(pane.viewer), error
        pane.show(answered(trap, error=error))
        assert not is_tainted(pane.viewer), error


def test_tooltips_show_markup_as_it_is(pane: Pane, trap: str) -> None:
    """A tooltip guesses whether its text is markup, so ours is escaped."""
    pane.viewer.show_cookies(hostile_jar(trap))
    pane.show(hostile_answer(trap, ResponseType.TEXT))
    for key in pane.viewer.tab_keys():
        pane.viewer.select_tab(key)
        for widget in pane.viewer.findChildren(QWidget):
            assert "<img" not in widget.toolTip(), widget


def test_there_is_no_widget_that_could(pane: Pane, trap: str) -> None:
    pane.show(hostile_answer(trap, ResponseType.JSON))
    pane.show(failed(hostile_errors(trap)[1]))
    assert not pane.viewer.findChildren(QTextEdit)
    assert pane.viewer.rect().contains(QRect(0, 0, 10, 10))
