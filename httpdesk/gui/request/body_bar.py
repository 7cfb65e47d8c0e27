"""What stands around a body: its kind, Format, and where it can't be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import MenuButton, TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.request import (
    Body,
    FileBody,
    FormBody,
    GraphQLBody,
    MultipartBody,
    NoBody,
    OpaqueBody,
    RawBody,
    RawKind,
)

BAR: Final = 36
NONE, FORM, OPAQUE = "none", "form", "opaque"
MULTIPART, FILE, GRAPHQL = "multipart", "file", "graphql"


def kind_of(body: Body) -> str:
    """Return the key of a body's kind; text kinds have OpenCollection's word for it."""
    if isinstance(body, RawBody):
        return body.kind.value
    kinds = {FormBody: FORM, MultipartBody: MULTIPART, FileBody: FILE, GraphQLBody: GRAPHQL}
    if type(body) in kinds:
        return kinds[type(body)]
    return OPAQUE if isinstance(body, OpaqueBody) else NONE


def kind_names(opaque: OpaqueBody | None) -> dict[str, str]:
    """Return the kinds to choose from: key -> name; `opaque` is one that the file holds."""
    translate = QCoreApplication.translate
    names = {
        NONE: translate("BodyKind", "None"),
        RawKind.JSON.value: "JSON",
        RawKind.TEXT.value: translate("BodyKind", "Text"),
        RawKind.XML.value: "XML",
        GRAPHQL: "GraphQL",
        FORM: translate("BodyKind", "Form URL-encoded"),
        MULTIPART: translate("BodyKind", "Multipart form"),
        FILE: translate("BodyKind", "File"),
    }
    return names | ({OPAQUE: opaque.kind} if opaque is not None else {})


def body_badge(body: Body) -> str | None:
    """Return the short name of a body's kind, None for no body."""
    if isinstance(body, NoBody):
        return None
    if isinstance(body, FormBody):
        return QCoreApplication.translate("BodyKind", "Form")
    if isinstance(body, MultipartBody):
        return QCoreApplication.translate("BodyKind", "Multipart")
    return kind_names(body if isinstance(body, OpaqueBody) else None)[kind_of(body)]


class BodyControls(QWidget):
    """The kind of the body and Format; shown in the sub-bar or in the tab row.

    Signals: `kindChosen(key)` and `formatClicked`.
    """

    kindChosen = Signal(str)
    formatClicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds: Mapping[str, str] = {}
        self._current = ""
        self.kind = MenuButton("")
        self.format = TextButton(self.tr("Format"), kind="flat")
        self._group = QActionGroup(self)
        self.row = QHBoxLayout(self)
        keep_scaled(self.row, spacing=4)
        self.row.addWidget(self.kind)
        self.row.addWidget(self.format)
        self.kind.menu().aboutToShow.connect(self._fill_menu)
        self.format.clicked.connect(self.formatClicked)

    def show_kind(self, kinds: Mapping[str, str], current: str, can_format: bool) -> None:
        """Offer `kinds` (key -> name) and name the current one."""
        self._kinds, self._current = kinds, current
        self.kind.setText(kinds[current])
        self.kind.setAccessibleName(self.tr("Body type, {0}").format(kinds[current]))
        self.format.setVisible(can_format)

    def _fill_menu(self) -> None:
        menu = self.kind.menu()
        menu.clear()
        for key, name in self._kinds.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(key == self._current)
            self._group.addAction(action)
            action.triggered.connect(lambda _=False, kind=key: self.kindChosen.emit(kind))


class ProblemNote(QWidget):
    """One line that says where a body can't be read, with a link that goes there.

    Signals: `goRequested` when the link is used.
    """

    goRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place: tuple[int, int] | None = None
        self.text = PlainLabel("", px=12, color="red", elide=True)
        self.link = TextButton(self.tr("Go to line"), kind="link")
        row = QHBoxLayout(self)
        keep_scaled(row, spacing=8)
        row.addWidget(self.text)
        row.addWidget(self.link)
        row.addStretch(1)
        self.link.clicked.connect(self.goRequested)
        self.hide()

    def tell(self, found: tuple[int, int, str] | None) -> None:
        """Show line, column and sentence of a fault, or nothing."""
        self.place = found[:2] if found else None
        self.text.setText(found[2] if found else "")
        self.setVisible(found is not None)


class SubBar(QWidget):
    """The bar above the editor: kind, room for a problem, Format."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls = BodyControls()
        self.middle = QHBoxLayout()
        self.controls.row.insertLayout(1, self.middle, 1)
        self.controls.row.insertStretch(2)
        self._bar = QHBoxLayout()
        self._bar.addWidget(self.controls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar)
        column.addWidget(HLine())
        theme.follow(self._restyle)

    def _restyle(self) -> None:
        # The button's own padding brings its words to the 12 of everything else.
        self._bar.setContentsMargins(theme.scaled(4), 0, theme.scaled(4), 0)
        self.setFixedHeight(theme.scaled(BAR))
