"""The Wire tab before a send, and automatic headers that are taken out (issue 3, parts 2 and 3)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from httpdesk.engine.generated import Made
from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.automatic_headers import AutoColumn, AutoRole
from httpdesk.gui.item_models.wire_rows import WireColumn, WireRole
from httpdesk.gui.request.wire_tab import WireTab
from httpdesk.gui.tables.row_delegate import check_box
from httpdesk.model.collection import RequestDefaults, Scope
from httpdesk.model.request import (
    FormPart,
    Header,
    MultipartBody,
    Options,
    PartKind,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)
from tests.gui.request.conftest import Page

TEST = QAbstractItemModelTester.FailureReportingMode.Fatal


def wire_of(page: Page, request: Request) -> WireTab:
    page.editor.set_request(request)
    page.editor.show_wire()
    return page.pane.wire


def lines(wire: WireTab) -> list[tuple[str, str]]:
    """Return the rows on screen: (text, origin)."""
    model = wire.model
    return [
        (
            str(model.index(row, WireColumn.TEXT).data()),
            str(model.index(row, WireColumn.FROM).data()),
        )
        for row in range(model.rowCount())
    ]


def test_every_line_stands_there_with_its_origin(wide_page: Page) -> None:
    """Statements 4, 9 and 20: the encoded query, the IDNA host, Accept by the response type."""
    request = Request(
        method="PUT",
        url="http://bücher.example/{{p}}",
        params=(QueryParam("k", "x y&é"),),
        headers=(Header("X-B", "2"), Header("x-a", "1")),
        body=RawBody(RawKind.JSON, '{\n  "a": 1.10\n}'),
        variables=(("p", "a/../b"),),
    )
    wire = wire_of(wide_page, request)
    assert lines(wire) == [
        ("PUT /a/../b?k=x+y%26%C3%A9 HTTP/1.1", "From URL, p (This request)"),
        ("Host: xn--bcher-kva.example", "From URL b\u00fccher.example"),
        ("X-B: 2", "Header row 1"),
        ("x-a: 1", "Header row 2"),
        ("User-Agent: HTTPDesk/0.1.0", "Default"),
        ("Accept: application/json, text/plain, */*", "Response type"),
        ("Accept-Encoding: gzip, deflate, br, zstd", "Default"),
        ("Content-Type: application/json", "From body"),
        ("Content-Length: 15", "From body"),
        ("Connection: keep-alive", "Default"),
        ("", ""),
        ("{", "From body"),
        ('  "a": 1.10', ""),
        ("}", ""),
    ]
    assert wire.sizes.text() == "Head 273 B, 288 B in all"
    spoken = wire.model.index(2, WireColumn.TEXT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Row 3 of 14, X-B: 2, from Header row 1"


def test_what_is_typed_shows_at_once(page: Page) -> None:
    wire = wire_of(page, Request())
    assert lines(wire) == [("Type a URL to see what will be sent.", "")]
    page.type_url("http://h/a")
    page.settle()
    assert lines(wire)[0] == ("GET /a HTTP/1.1", "From URL")


def test_a_problem_leads_to_its_place(page: Page) -> None:
    wire = wire_of(page, Request(url="http://h/", headers=(Header("X", "{{nobody}}"),)))
    assert lines(wire)[0] == ("nobody has no value.", "")
    wire.table.setCurrentIndex(wire.model.index(0, WireColumn.TEXT))
    page.keys(Qt.Key.Key_Return)
    assert page.pane.tabs.current == "headers"
    assert page.cell_editor().text() == "{{nobody}}"


def test_long_lines_wrap_and_are_copied_whole(page: Page) -> None:
    wire = wire_of(page, Request(url="http://h/" + "long/" * 40))
    rows = lines(wire)
    first = [text for text, _ in rows[: [text for text, _ in rows].index("Host: h")]]
    assert len(first) > 1
    assert "".join(first) == "GET /" + "long/" * 40 + " HTTP/1.1"
    assert [origin for _, origin in rows[: len(first)]] == ["From URL"] + [""] * (len(first) - 1)
    page.qtbot.mouseClick(wire.copy_all, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("GET /" + "long/" * 40 + " HTTP/1.1\nHost")


def test_one_secret_shows_at_a_time(wide_page: Page) -> None:
    """Statement 76, by keyboard and by the eye; what is masked is also copied masked."""
    request = Request(
        url="http://h/?api_key=first-secret&sig=second-secret",
        headers=(Header("Authorization", "Bearer third-secret"),),
    )
    wire = wire_of(wide_page, request)
    assert lines(wire)[0][0] == f"GET /?api_key={MASK}&sig={MASK} HTTP/1.1"
    wire.table.setCurrentIndex(wire.model.index(0, WireColumn.TEXT))
    spoken = wire.model.index(0, WireColumn.TEXT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "hidden value" in spoken
    assert MASK not in spoken
    wide_page.keys(Qt.Key.Key_Space)
    assert lines(wire)[0][0] == f"GET /?api_key=first-secret&sig={MASK} HTTP/1.1"
    wide_page.keys(Qt.Key.Key_Space)
    assert lines(wire)[0][0] == f"GET /?api_key={MASK}&sig=second-secret HTTP/1.1"
    row = [text for text, _ in lines(wire)].index(f"Authorization: Bearer {MASK}")
    cell = wire.table.visualRect(wire.model.index(row, WireColumn.TEXT))
    place = cell.center()
    place.setX(cell.right() - 8)
    QTest.mouseClick(
        wire.table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        place,
    )
    assert lines(wire)[row][0] == "Authorization: Bearer third-secret"
    assert lines(wire)[0][0] == f"GET /?api_key={MASK}&sig={MASK} HTTP/1.1"
    wire.table.copy_rows()
    assert QGuiApplication.clipboard().text() == "Authorization: Bearer third-secret"
    wire.model.mask_all()
    assert "third-secret" not in wire.model.as_text()


def test_a_form_shows_its_parts_and_a_file_its_first_bytes(wide_page: Page) -> None:
    parts = (FormPart("a", "b"), FormPart("f", "/d/notes.txt", PartKind.FILE))
    wire = wire_of(wide_page, Request(method="POST", url="http://h/", body=MultipartBody(parts)))
    wide_page.editor.set_made(Made("BOUNDARY"))
    wide_page.editor.learn_files({"/d/notes.txt": 1234})
    texts = lines(wire)
    assert ("Content-Type: multipart/form-data; boundary=BOUNDARY", "From body") in texts
    assert ("--BOUNDARY", "Form row 2") in texts
    row = [text for text, _ in texts].index("<1,234 bytes of notes.txt>")
    asked: list[str] = []
    wide_page.editor.samplesAsked.connect(asked.append)
    wire.table.setCurrentIndex(wire.model.index(row, WireColumn.TEXT))
    assert wire.model.index(row, WireColumn.TEXT).data(WireRole.LINK)
    wide_page.keys(Qt.Key.Key_Return)
    assert asked == ["/d/notes.txt"]
    wire.learn_samples({"/d/notes.txt": b"first\xff\xfe\x00line"})
    assert lines(wire)[row + 1][0].startswith("00000000  66 69 72 73 74")


def test_a_large_body_is_cut_and_says_so(page: Page) -> None:
    text = "line of text\n" * 100_000
    wire = wire_of(page, Request(method="PUT", url="http://h/", body=RawBody(RawKind.TEXT, text)))
    assert wire.model.rowCount() < 1000
    assert lines(wire)[-1][0] == "1,296,100 more bytes are not shown."
    assert wire.sizes.text() == "Head 230 B, 1.3 MB in all"


def test_lines_come_first_where_there_is_little_room(page: Page) -> None:
    wire = wire_of(page, Request(url="http://h/"))
    assert wire.which.isVisible()
    stack = wire.parentWidget()
    assert stack is not None
    stack.setFixedHeight(50)
    page.qtbot.waitUntil(lambda: not wire.which.isVisible())
    assert wire.table.isVisible()
    stack.setFixedHeight(200)
    page.qtbot.waitUntil(wire.which.isVisible)


def test_the_rows_are_a_model_that_qt_finds_no_fault_with(page: Page, qtbot: QtBot) -> None:
    wire = wire_of(page, Request(url="http://h/?token=abcdefgh"))
    QAbstractItemModelTester(wire.model, TEST, wire)
    wire.model.set_columns(20, 30)
    wire.model.reveal_next(0)
    wire.model.set_wire(None, ())
    assert wire.model.rowCount() == 0


# Automatic headers


def row_of(page: Page, name: str) -> int:
    model = page.pane.headers.automatic.model()
    names = [model.index(row, AutoColumn.KEY).data() for row in range(model.rowCount())]
    return names.index(name)


def test_a_header_is_taken_out_by_its_box_and_by_keys_and_put_back(page: Page) -> None:
    page.editor.set_request(Request(url="http://h/"))
    table = page.pane.headers.automatic
    page.start_table("headers", table)
    accept = row_of(page, "Accept")
    cell = table.visualRect(table.model().index(accept, AutoColumn.KEY))
    QTest.mouseClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        check_box(cell).center(),
    )
    assert page.request.options.removed_headers == ("Accept",)
    page.settle()
    assert row_of(page, "Accept") == accept
    origin = table.model().index(accept, AutoColumn.FROM)
    assert (origin.data(), origin.data(AutoRole.REMOVED)) == ("Removed", True)
    table.setCurrentIndex(table.model().index(accept, AutoColumn.KEY))
    page.keys(Qt.Key.Key_Space)
    assert page.request.options.removed_headers == ()
    page.settle()
    page.keys(Qt.Key.Key_Slash, modifier=Qt.KeyboardModifier.ControlModifier)
    assert page.request.options.removed_headers == ("Accept",)
    page.settle()
    page.keys(Qt.Key.Key_Slash, modifier=Qt.KeyboardModifier.ControlModifier)
    page.settle()
    page.keys(Qt.Key.Key_Delete)
    assert page.request.options.removed_headers == ("Accept",)
    page.settle()
    page.keys(Qt.Key.Key_Delete)
    assert page.request.options.removed_headers == ("Accept",), "Delete only takes out"


def test_without_host_the_tab_warns(page: Page) -> None:
    headers = page.pane.headers
    page.editor.set_request(Request(url="http://h/", options=Options(removed_headers=("Host",))))
    page.pane.show_tab("headers")
    assert headers.warning.isVisible()
    assert headers.warning.text().startswith("Without Host a server may not understand")
    page.editor.set_request(Request(url="http://h/"))
    assert not headers.warning.isVisible()


def test_what_is_handed_down_is_listed_and_locked(page: Page) -> None:
    defaults = RequestDefaults(headers=(("X-Team", "a"),), name="Orders")
    page.editor.set_request(Request(url="http://h/"))
    page.editor.set_scope(Scope(), (("folder", defaults),))
    page.pane.show_tab("headers")
    page.settle()
    model = page.pane.headers.automatic.model()
    row = [str(model.index(row_of(page, "X-Team"), column).data()) for column in AutoColumn]
    assert row == ["X-Team", "a", "Folder Orders"]
    key = model.index(row_of(page, "X-Team"), AutoColumn.KEY)
    assert key.data(Qt.ItemDataRole.CheckStateRole) is None
    assert lines(wire_of(page, page.request))[2] == ("X-Team: a", "Folder Orders")


def test_repeated_rows_are_one_line_and_said(page: Page) -> None:
    """Statement 19."""
    rows = (Header("X", "a"), Header("x", "b"))
    shown = lines(wire_of(page, Request(url="http://h/", headers=rows)))
    assert ("X: a, b", "Header row 1") in shown
    assert "The rows named X are sent as one header" in " ".join(text for text, _ in shown)


def test_other_names_stay_when_one_is_toggled(page: Page) -> None:
    """Also those that a row overrides, and options that another tab holds."""
    options = Options(removed_headers=("User-Agent", "X-Other"), retry_max=3)
    rows = (Header("user-agent", "mine"),)
    page.editor.set_request(Request(url="http://h/", headers=rows, options=options))
    page.pane.show_tab("options")
    table = page.pane.headers.automatic
    page.start_table("headers", table)
    table.setCurrentIndex(table.model().index(row_of(page, "Accept"), AutoColumn.KEY))
    page.keys(Qt.Key.Key_Space)
    names = ("User-Agent", "X-Other", "Accept")
    assert page.request.options == Options(removed_headers=names, retry_max=3)
