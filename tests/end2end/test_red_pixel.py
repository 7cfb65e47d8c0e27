"""No text of a file or a server is ever read as markup: an image in it would paint red pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPixmap, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QTabBar,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from httpdesk.formats.opencollection import new_request
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.response.body_views import titles
from httpdesk.model.request import Example, ExampleResponse, Request
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, closing, response

RED = QColor(255, 0, 0)


@pytest.fixture
def markup(tmp_path: Path) -> str:
    """Return text that shows a red image wherever it is read as markup."""
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(RED)
    path = tmp_path / "red.png"
    assert image.save(str(path))
    return f'<img src="file://{path}" width="60" height="60">'


def red_pixels(picture: QPixmap) -> int:
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = bytes(image.constBits())
    if b"\x00\x00\xff\xff" not in data:  # blue, green, red, and the unused byte
        return 0
    wanted = RED.rgb() & 0xFFFFFF
    return sum(pixel & 0xFFFFFF == wanted for pixel in memoryview(data).cast("I"))


def look_around(desk: Desk, inside: QWidget | None = None) -> None:
    """Grab the window, then every tooltip that the mouse could bring up in it, or in a part."""
    desk.settle()
    assert red_pixels(desk.window.grab()) == 0
    for widget, place in _places(inside or desk.window):
        event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
        QApplication.sendEvent(widget, event)
        for tip in _tooltips():
            assert red_pixels(tip.grab()) == 0, f"{type(widget).__name__}: {tip.text()}"
            assert "&lt;" not in _as_read(tip), f"{type(widget).__name__} escapes twice"
        QToolTip.hideText()


def _places(inside: QWidget) -> list[tuple[QWidget, QPoint]]:
    """Return where the mouse may rest: each widget, row of a view, tab."""
    found: list[tuple[QWidget, QPoint]] = []
    for widget in inside.findChildren(QWidget):
        if not widget.isVisible():
            continue
        found.append((widget, widget.rect().center()))
        if isinstance(widget, QAbstractItemView):
            found += [(widget.viewport(), place) for place in _cells(widget)]
        elif isinstance(widget, QTabBar):
            found += [(widget, widget.tabRect(n).center()) for n in range(widget.count())]
    return found


def _cells(view: QAbstractItemView) -> list[QPoint]:
    steps = range(8, max(9, view.viewport().height()), 16)
    across = (20, view.viewport().width() // 2)
    return [QPoint(x, y) for y in steps for x in across]


def _tooltips() -> list[QLabel]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QLabel) and widget.isVisible()
    ]


def _as_read(tip: QLabel) -> str:
    document = QTextDocument()
    if tip.text().startswith("<"):
        document.setHtml(tip.text())
    else:
        document.setPlainText(tip.text())
    return document.toPlainText()


def test_the_picture_would_be_seen(qtbot: QtBot, markup: str) -> None:
    """The tests below can fail: a plain QLabel falls for it, and so does a tooltip."""
    label = QLabel(markup)
    qtbot.addWidget(label)
    assert red_pixels(label.grab()) >= 60 * 60
    label.setToolTip(markup)
    label.show()
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), label.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(label, event)
    shown = [tip for tip in _tooltips() if tip is not label]
    assert [red_pixels(tip.grab()) > 0 for tip in shown] == [True]
    QToolTip.hideText()


def test_names_in_files_are_text(desk: Desk, markup: str, tmp_path: Path) -> None:
    """quality.md row 26: collection, folder, request, tab, title, palette, form and messages."""
    root = str(tmp_path / "collection")
    desk.session.workspace.create(root, markup)
    wait_until(desk.tree, "the collection")
    desk.session.workspace.add_folder(root, "", markup)
    wait_until(lambda: len(desk.tree()) == 2, "the folder")
    folder = desk.session.collections.current_key()
    assert folder is not None
    desk.trigger("request.new")
    desk.type_url("http://127.0.0.1:1/" + markup)
    desk.save_as(markup)
    assert desk.document.path is not None
    assert desk.document.path.startswith(folder.path)
    assert desk.tab_titles == [markup]
    look_around(desk)
    desk.trigger("palette")
    look_around(desk)
    desk.session.notices.open_palette((), "")
    desk.trigger("request.save-as")
    form = desk.session.notices.form()
    places = form.field("place")
    assert isinstance(places, QComboBox)
    assert markup in places.itemText(0)
    look_around(desk)
    form.dismiss()
    desk.session.workspace.delete(ItemKey(root, desk.document.path))
    wait_until(desk.messages, "Undo")
    assert markup in desk.messages()[0]
    look_around(desk)
    desk.session.workspace.open(markup)
    wait_until(lambda: len(desk.messages()) == 2, "the error")
    look_around(desk)


def test_what_is_typed_is_text(desk: Desk, markup: str) -> None:
    desk.type_url("http://127.0.0.1:1/" + markup)
    for tab, key in (("params", "query"), ("headers", "own")):
        desk.page.editor.pane.show_tab(tab)
        table = getattr(getattr(desk.page.editor.pane, tab), key).table
        table.rows.insert(0, [table.rows.make_row("X-" + markup, markup, True)])
        look_around(desk)
    desk.trigger("send")
    look_around(desk)


def test_what_a_server_says_is_text(desk: Desk, markup: str) -> None:
    """Reason phrase, headers, body, redirects and bytes that are not HTTP."""
    headers = (f"X-Note: {markup}", f"{markup.replace(' ', '')}: x", "Content-Type: text/html")
    answers = [
        response(markup.encode(), *headers[::2], status=f"200 {markup}"),
        response(b"", f"Location: http://{markup}/", status=f"302 {markup}"),
    ]
    with RawServer(answering(*answers)) as server:
        for _ in answers:
            desk.type_url(f"http://127.0.0.1:{server.port}/")
            desk.press_send()
            look_around(desk)
            for key in desk.page.viewer.tab_keys():
                desk.page.viewer.select_tab(key)
                look_around(desk)
    with RawServer(closing(markup.encode() + b"\r\n\r\n")) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        exchange = desk.press_send()
        assert exchange.response is None
        look_around(desk)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/json", '[{"M": "M", "a": {"M": ["M"]}}, {"M": 1}]'),
        ("application/xml", '<a b="M"><![CDATA[M]]></a>'),
        ("text/event-stream", "event: M\nid: M\ndata: M\n\n"),
        ("text/csv", "M,b\nM,2\n"),
        ("multipart/mixed; boundary=x", "--x\r\nContent-Disposition: M\r\n\r\nM\r\n--x--"),
        ("text/html", "<html><body>M</body></html>"),
    ],
)
def test_a_body_is_text_in_every_view(desk: Desk, markup: str, media: str, body: str) -> None:
    """Fault 26: keys, values, cells, events and parts, and the tooltips over them."""
    if "json" in media or "csv" in media:
        markup = markup.replace('"', "'")
    data = body.replace("M", markup).encode()
    with RawServer(answering(response(data, f"Content-Type: {media}"))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
    shown = desk.page.viewer.body
    for key, _ in titles():
        shown.choose(key)
        if shown.bar.current == key:
            wait_until(lambda: not shown.busy, "the view")
            look_around(desk, shown)


def test_a_broken_file_is_told_in_text(desk: Desk, markup: str, tmp_path: Path) -> None:
    root = tmp_path / "collection"
    desk.session.workspace.create(str(root), "Broken")
    wait_until(desk.tree, "the collection")
    (root / "bad.yml").write_text(f"info: [{markup}\n  - : {markup}", "utf-8")
    desk.session.workspace.reload(str(root))
    wait_until(lambda: len(desk.tree()) == 2, "the broken row")
    desk.session.collections.select(ItemKey(str(root), "bad.yml"))
    key = desk.session.collections.tree.currentIndex()
    desk.session.collections.tree.openRequested.emit(key)
    wait_until(desk.messages, "the words")
    look_around(desk)


def test_notes_tags_and_examples_of_a_file_are_text(
    desk: Desk, markup: str, tmp_path: Path
) -> None:
    """quality.md row 26: Markdown loads no picture, in whatever way it is named."""
    picture = tmp_path / "red.png"
    target = f"file://{picture}"
    notes = f"# {markup}\n\n{markup}\n\n![{markup}]({target}) ![]({picture}) [![x]({target})](x)\n"
    example = Example(
        markup, markup, response=ExampleResponse(200, markup, ((markup, markup),), "html", markup)
    )
    request = Request(name="Notes", url="http://h/", notes=notes, tags=(markup,))
    root = str(tmp_path / "collection")
    desk.session.workspace.create(root, "Trees")
    wait_until(desk.tree, "the collection")
    Path(root, "a.yml").write_bytes(new_request(replace(request, examples=(example,)), 1.0))
    Path(root, "b.yml").write_text(f"info:\n  name: {markup!r}\n  type: {markup!r}\n", "utf-8")
    Path(root, "c.yml").write_text(f"info:\n  name: {markup!r}\n  type: grpc\n", "utf-8")
    desk.session.workspace.reload(root)
    wait_until(lambda: len(desk.tree()) == 4, "the rows")
    desk.open_item(root, "a.yml")
    desk.page.editor.pane.show_tab("notes")
    assert "[x]" in desk.page.editor.pane.notes.view.toPlainText()
    look_around(desk)
    desk.session.examples.show(desk.page, desk.document.request.examples[0])
    for key in desk.page.viewer.tab_keys():
        desk.page.viewer.select_tab(key)
        look_around(desk)
    desk.session.item_pages.open(ItemKey(root, "c.yml"))
    look_around(desk)
