"""The cookies of a jar as a Qt model, below those that the answer tried to set in vain."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QObject, Qt

from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.cookie_words import (
    MINUTES,
    expires_text,
    flags_text,
    refusal_sentence,
)
from httpdesk.gui.item_models.read_only_table import AnyIndex, ReadOnlyTable
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.model.cookies import Cookie, CookieKey, RefusedCookie

Line = Cookie | RefusedCookie
_LONGEST_TOOLTIP = 2_000


class CookieColumn(IntEnum):
    """The columns of the table."""

    NAME = 0
    VALUE = 1
    DOMAIN = 2
    PATH = 3
    EXPIRES = 4
    FLAGS = 5


class CookieRole(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    HAS_VALUE = Qt.ItemDataRole.UserRole + 1
    """Whether the row is a cookie with a value, shown or masked."""
    MASKED = Qt.ItemDataRole.UserRole + 2
    """Whether the value on screen is hidden."""
    JUST_SET = Qt.ItemDataRole.UserRole + 3
    """Whether the answer on screen set this cookie."""
    REFUSED = Qt.ItemDataRole.UserRole + 4
    """Whether the row is a cookie that was refused; its VALUE cell says why."""


class CookieTableModel(ReadOnlyTable[Line]):
    """Cookies with their values masked; one at a time is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_titles(), parent)
        self._cookies: tuple[Cookie, ...] = ()
        self._refused: tuple[RefusedCookie, ...] = ()
        self._just_set: frozenset[CookieKey] = frozenset()
        self._rows: list[Line] = []
        self._filter = ""
        self._revealed: CookieKey | None = None
        self._all = False

    def set_cookies(
        self,
        cookies: Sequence[Cookie],
        refused: Sequence[RefusedCookie] = (),
        just_set: Collection[CookieKey] = (),
    ) -> None:
        """Show these; nothing happens when they are shown already."""
        content = (tuple(cookies), tuple(refused), frozenset(just_set))
        if content == (self._cookies, self._refused, self._just_set):
            return
        self.beginResetModel()
        self._cookies, self._refused, self._just_set = content
        self._rows = self._matching()
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show the cookies with `text` in their name, domain or path, whatever its case."""
        if text != self._filter:
            self.beginResetModel()
            self._filter = text
            self._rows = self._matching()
            self.endResetModel()

    @property
    def refused_rows(self) -> int:
        """How many rows on top are cookies that were refused."""
        return sum(isinstance(each, RefusedCookie) for each in self._rows)

    def cookie(self, row: int) -> Cookie | None:
        """Return the cookie of a row, None for one that was refused."""
        line = self._rows[row]
        return line if isinstance(line, Cookie) else None

    def row_of(self, key: CookieKey) -> int | None:
        """Return the row of a cookie, None when it is not shown."""
        rows = enumerate(self._rows)
        return next((row for row, line in rows if _key(line) == key), None)

    def reveal(self, row: int | None) -> None:
        """Show the value of one row and hide the one shown before; None hides it."""
        before = self._revealed
        self._revealed = None if row is None else _key(self._rows[row])
        for key in (before, self._revealed):
            changed = None if key is None else self.row_of(key)
            if changed is not None:
                index = self.index(changed, CookieColumn.VALUE)
                self.dataChanged.emit(index, index)

    def reveal_all(self, on: bool) -> None:
        """Show the values of all rows, or hide them all."""
        self._all, self._revealed = on, None
        if self._rows:
            last = self.index(len(self._rows) - 1, CookieColumn.VALUE)
            self.dataChanged.emit(self.index(0, CookieColumn.VALUE), last)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line, column = self._rows[index.row()], index.column()
        match role:
            case CookieRole.HAS_VALUE:
                return isinstance(line, Cookie) and bool(line.value)
            case CookieRole.MASKED:
                return self._masks(line)
            case CookieRole.JUST_SET:
                return _key(line) in self._just_set
            case CookieRole.REFUSED:
                return isinstance(line, RefusedCookie)
            case Qt.ItemDataRole.DisplayRole:
                return self._text(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(self._whole_text(line, column)[:_LONGEST_TOOLTIP])
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(index.row(), line, column)
        return None

    def _text(self, line: Line, column: int) -> str:
        if isinstance(line, RefusedCookie):
            texts = (line.name, refusal_sentence(line))
            return texts[column] if column < len(texts) else ""
        match column:
            case CookieColumn.NAME:
                return line.name
            case CookieColumn.VALUE:
                return MASK if self._masks(line) else line.value
            case CookieColumn.DOMAIN:
                return line.domain if line.host_only else f".{line.domain}"
            case CookieColumn.PATH:
                return line.path
            case CookieColumn.EXPIRES:
                return expires_text(line.expires, MINUTES)
        return flags_text(line)

    def _whole_text(self, line: Line, column: int) -> str:
        if isinstance(line, Cookie) and column == CookieColumn.EXPIRES:
            return expires_text(line.expires)
        return self._text(line, column)

    def _spoken(self, row: int, line: Line, column: int) -> str:
        """Return what a screen reader says: never the bullets, never a value that is hidden."""
        text = self._text(line, column)
        if column == CookieColumn.VALUE and self._masks(line):
            text = QCoreApplication.translate("CookieTable", "hidden value")
        if isinstance(line, RefusedCookie):
            place = QCoreApplication.translate("CookieTable", "Refused cookie {0} of {1}, {2}")
        elif _key(line) in self._just_set:
            place = QCoreApplication.translate("CookieTable", "Cookie {0} of {1}, just set, {2}")
        else:
            place = QCoreApplication.translate("CookieTable", "Cookie {0} of {1}, {2}")
        return place.format(row + 1, len(self._rows), text)

    def _masks(self, line: Line) -> bool:
        shown = self._all or _key(line) == self._revealed
        return isinstance(line, Cookie) and bool(line.value) and not shown

    def _matching(self) -> list[Line]:
        wanted = self._filter.casefold()
        lines: tuple[Line, ...] = (*self._refused, *self._cookies)
        return [each for each in lines if wanted in _searched(each).casefold()]


def _key(line: Line) -> CookieKey | None:
    return line.key if isinstance(line, Cookie) else None


def _searched(line: Line) -> str:
    if isinstance(line, RefusedCookie):
        return f"{line.name}\n{line.domain}"
    return f"{line.name}\n{line.domain}\n{line.path}"


def _titles() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    titles = {
        CookieColumn.NAME: translate("CookieTable", "Name"),
        CookieColumn.VALUE: translate("CookieTable", "Value"),
        CookieColumn.DOMAIN: translate("CookieTable", "Domain"),
        CookieColumn.PATH: translate("CookieTable", "Path"),
        CookieColumn.EXPIRES: translate("CookieTable", "Expires"),
        CookieColumn.FLAGS: translate("CookieTable", "Flags"),
    }
    return tuple(titles.values())
