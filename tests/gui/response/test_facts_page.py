"""Bytes without a view, and pages of HTML, in the Preview (statement 54, fault 25)."""

from __future__ import annotations

import hashlib
import socket

import pytest
from PySide6.QtWidgets import QApplication

from httpdesk.gui.response import html_page
from httpdesk.gui.response.html_page import HtmlPage
from httpdesk.model.request import ResponseType
from httpdesk.render import html_text
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.render.test_body_facts import sound
from tests.render.test_html_text import PAGE

PDF = b"%PDF-1.7\xe2\xe3\0" * 1000


def test_size_and_hash_are_shown(pane: Pane) -> None:
    """Statement 54."""
    pane.show(answered(PDF, headers=typed("application/pdf")))
    assert pane.facts_page.facts == {
        "Size": f"{len(PDF):,} bytes",
        "PDF version": "1.7",
        "SHA-256": hashlib.sha256(PDF).hexdigest(),
    }
    pane.show(answered(sound(), headers=typed("audio/wav")))
    assert pane.facts_page.facts["Duration"] == "2.0 s"
    assert pane.facts_page.facts["Sound"] == "8,000 Hz, 2 channels"


def test_another_program_is_asked_for_first(pane: Pane) -> None:
    pane.show(answered(PDF, headers=typed("application/pdf")))
    opened: list[tuple[object, ...]] = []
    pane.body.openRequested.connect(lambda *about: opened.append(about))
    pane.facts_page.open_button.click()
    assert not opened
    pane.press("Not now")
    assert pane.notices() == []
    pane.facts_page.open_button.click()
    pane.press("Open")
    assert len(opened) == 1
    _, body, is_page = opened[0]
    assert body.read_at(0, 4) == b"%PDF"  # type: ignore[attr-defined]
    assert is_page is False
    assert pane.notices() == []


def test_what_could_run_is_not_offered(pane: Pane) -> None:
    pane.show(answered(b"MZ\x90\0" * 100, headers=typed("application/pdf")))
    assert pane.facts_page.open_button.isHidden()
    assert not pane.facts_page.save_button.isHidden()


def html(pane: Pane, page: str | bytes, media: str = "text/html") -> HtmlPage:
    """Show the preview of a page."""
    pane.show(answered(page, headers=typed(media), wanted=ResponseType.AUTO))
    pane.body.choose("preview")
    pane.settle()
    assert isinstance(pane.body.page, HtmlPage)
    return pane.body.page


def test_source_comes_first_and_the_preview_is_text(pane: Pane) -> None:
    """Security.md R7."""
    pane.show(answered(PAGE, headers=typed("text/html"), wanted=ResponseType.AUTO))
    assert pane.text().startswith("<!DOCTYPE html>")
    page = html(pane, PAGE)
    shown = page.view.text_on_screen()
    assert shown.startswith("Status & more\n")
    assert "[Image: A cat]" in shown
    assert "<script>" not in shown
    assert pane.notices() == [
        "The page as text. Its scripts, styles, images and links are not loaded."
    ]


def test_a_page_asks_for_nothing_and_changes_nothing(pane: Pane) -> None:
    """Fault 25: 0 requests, 0 file reads, the title is unchanged."""
    title = QApplication.applicationDisplayName(), pane.viewer.window().windowTitle()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        html(
            pane,
            f"<title>changed</title><img src='{url}'><link rel=stylesheet href='{url}'>"
            f"<script src='{url}'></script><meta http-equiv=refresh content='0;url={url}'>"
            f"<iframe src='{url}'></iframe><body background='{url}' onload='location=\"{url}\"'>",
        )
        with pytest.raises(TimeoutError):
            server.accept()
    assert (QApplication.applicationDisplayName(), pane.viewer.window().windowTitle()) == title


def test_the_browser_gets_a_copy_once_the_user_agrees(pane: Pane) -> None:
    page = html(pane, "<p>caf\xe9</p>".encode("latin-1"), "text/html; charset=iso-8859-1")
    opened: list[tuple[object, ...]] = []
    pane.body.openRequested.connect(lambda *about: opened.append(about))
    page.browser.click()
    pane.press("Open in browser")
    _, body, is_page = opened[0]
    assert body.read_at(0, 100).decode() == "<p>café</p>"  # type: ignore[attr-defined]
    assert is_page is True


def test_a_long_page_is_read_up_to_a_bound(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    """Security.md R7: 2 MB."""
    assert html_text.LARGEST_PAGE == 2_000_000
    monkeypatch.setattr(html_page, "LARGEST_PAGE", 2000)
    page = html(pane, "<p>first</p>" + "<p>more</p>" * 1000)
    assert page.view.text_on_screen().startswith("first\n")
    assert pane.notices()[1] == "Only the first 2.0 KB of the page are read."
