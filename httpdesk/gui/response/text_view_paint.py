"""Draws the lines of a painted text: colours, marks, selection and the caret."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from httpdesk.gui import icons, theme
from httpdesk.gui.response.text_view_cells import Kind, Segment
from httpdesk.gui.response.text_view_lines import EYE
from httpdesk.gui.response.text_view_walk import Piece
from httpdesk.gui.widgets.highlighter import Span
from httpdesk.render.rows import Secret

_INDENT = 2
_MOST_ON_ONE = 8
"""Characters of a cluster that are drawn: a hundred accents would cover the rows around."""
_LONG_RUN = 400
"""Cells from which text that is shaped together is cut at the screen's edges all the same."""
_MOST_KNOWN = 5_000
_MANY = 24
_JOINED = (Kind.PLAIN, Kind.COMBINED, Kind.OTHER, Kind.COMPLEX)
_NARROWEST, _WIDEST = 0.6, 1.3
_EVEN = 0.02


@dataclass(frozen=True, slots=True)
class Mark:
    """Columns of a row that are marked: "match", "current" or "problem"."""

    start: int
    end: int
    kind: str


class Type:
    """The font of the text and what is measured with it."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        metrics = QFontMetricsF(font)
        self.cell = metrics.horizontalAdvance("0")
        self.height = max(round(metrics.lineSpacing()), 1)
        self.ascent = metrics.ascent() + (self.height - metrics.height()) / 2
        self._metrics = metrics
        self._advances: dict[str, float] = {}
        self.wide = QFont(font)
        spare = 2 * self.cell - metrics.horizontalAdvance("\u4e2d")
        self.wide.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spare)

    def advance(self, text: str) -> float:
        """Return how wide the font draws a text; short ones are remembered."""
        found = self._advances.get(text)
        if found is None:
            found = self._metrics.horizontalAdvance(text)
            if len(text) <= _MOST_ON_ONE and len(self._advances) < _MOST_KNOWN:
                self._advances[text] = found
        return found


class TextPainter:
    """Draws pieces at their places; `left` is the first pixel of the text that is on screen."""

    def __init__(self, painter: QPainter, type_: Type, left: float, width: int) -> None:
        self._painter = painter
        self._type = type_
        self._left = left
        self._width = width
        painter.setFont(type_.font)

    def draw(
        self,
        piece: Piece,
        top: int,
        selected: tuple[int, int] | None,
        marks: Sequence[Mark] = (),
    ) -> None:
        """Draw one line of the screen at `top`."""
        start, end = self._on_screen(piece)
        for mark in marks:
            if mark.kind != "problem":
                token = "accent" if mark.kind == "current" else "amber_tint"
                self._fill(piece, top, (mark.start, mark.end), token)
        if selected is not None:
            self._fill(piece, top, selected, "selected")
        self._guides(piece, top)
        current = [(m.start, m.end) for m in marks if m.kind == "current"]
        spans = _coloured(piece.line.colours(end), start, end, current)
        if not piece.line.cells.segments:
            self._layers(piece, spans, top)
        else:
            for first, last, token in spans:
                for part in _few(list(piece.line.cells.parts(first, last))):
                    self._text(piece, part, top, token)
        for secret in piece.line.row.secrets:
            if not secret.shown:
                self._eye(eye_rect(self._type, self._left, piece, secret, top))
        for mark in marks:
            if mark.kind == "problem":
                self._wave(piece, top, mark)

    def _eye(self, place: QRectF) -> None:
        if place.isEmpty():
            return
        side = min(int(place.height()), theme.scaled(14))
        at = place.center() - QPointF(side / 2, side / 2)
        self._painter.drawPixmap(at, icons.pixmap("eye-off", "text2", side))

    def x_of(self, piece: Piece, column: int) -> float:
        """Return where the caret before a column stands, in pixels of the viewport."""
        cells = piece.line.cells
        for part in cells.parts(piece.start, piece.end):
            if part.kind is Kind.RIGHT_TO_LEFT and part.start <= column < part.end:
                return self._x(piece, 2 * part.cell + part.cells - cells.cell_of(column))
        return self._x(piece, cells.cell_of(column))

    def caret(self, piece: Piece, column: int, top: int) -> None:
        """Draw the caret before a column."""
        x = self.x_of(piece, column)
        width = max(theme.scaled(1), 1)
        self._painter.fillRect(QRectF(x, top, width, self._type.height), theme.color("text"))

    def _x(self, piece: Piece, cell: float) -> float:
        return (cell - piece.line.cells.cell_of(piece.start)) * self._type.cell - self._left

    def _on_screen(self, piece: Piece) -> tuple[int, int]:
        """Return the columns of a piece that can be seen."""
        return visible_columns(piece, self._left, self._width, self._type.cell)

    def _fill(self, piece: Piece, top: int, columns: tuple[int, int], token: str) -> None:
        end_of_line = columns[1] > piece.line.cells.length and piece.last
        start, end = max(columns[0], piece.start), min(columns[1], piece.end)
        height = self._type.height
        for part in piece.line.cells.parts(start, end) if start < end else ():
            whole = part
            if part.kind is Kind.RIGHT_TO_LEFT:
                parts = piece.line.cells.parts(piece.start, piece.end)
                whole = next(p for p in parts if p.end >= part.end)
            x = self._x(piece, _mirrored(part, whole))
            box = QRectF(x, top, part.cells * self._type.cell, height)
            self._painter.fillRect(box, theme.color(token))
        if end_of_line:
            x = self._x(piece, piece.line.cells.width)
            box = QRectF(x, top, self._type.cell, height)
            self._painter.fillRect(box, theme.color(token))

    def _guides(self, piece: Piece, top: int) -> None:
        if piece.sub or piece.line.row.continued or piece.line.language not in ("json", "xml"):
            return
        text = piece.line.row.text
        depth = (len(text) - len(text.lstrip(" "))) // _INDENT
        first = max(1, int(self._left / self._type.cell / _INDENT))
        last = int((self._left + self._width) / self._type.cell / _INDENT) + 1
        for level in range(first, min(depth, last)):
            x = round(self._x(piece, level * _INDENT))
            self._painter.fillRect(QRectF(x, top, 1, self._type.height), theme.color("border"))

    def _layers(self, piece: Piece, spans: Iterable[tuple[int, int, str]], top: int) -> None:
        """Draw a row of plain cells colour by colour, which takes few calls for many spans."""
        text = piece.line.painted
        layers: dict[str, list[str]] = {}
        ends: dict[str, int] = {}
        starts: dict[str, int] = {}
        for first, last, token in spans:
            shown = text[first:last]
            if shown.isspace():
                continue
            begin = ends.get(token, first)
            starts.setdefault(token, first)
            layers.setdefault(token, []).append(" " * (first - begin) + shown)
            ends[token] = last
        for token, pieces in layers.items():
            self._painter.setPen(theme.color(token))
            at = QPointF(self._x(piece, starts[token]), top + self._type.ascent)
            self._painter.drawText(at, "".join(pieces))

    def _text(self, piece: Piece, part: Segment, top: int, token: str) -> None:
        text = piece.line.painted[part.start : part.end]
        if part.kind is Kind.TAB or text.isspace():
            return
        x, width = self._x(piece, part.cell), part.cells * self._type.cell
        self._painter.setPen(theme.color(token))
        at = QPointF(x, top + self._type.ascent)
        if part.kind is Kind.PLAIN:
            self._painter.drawText(at, text)
        elif part.kind is Kind.WIDE:
            self._painter.setFont(self._type.wide)
            self._painter.drawText(at, text)
            self._painter.setFont(self._type.font)
        else:
            self._squeezed(at, text[:_MOST_ON_ONE] if part.cells <= 2 else text, width)

    def _squeezed(self, at: QPointF, text: str, width: float) -> None:
        """Draw text of another font in the cells that it has."""
        advance = self._type.advance(text)
        share = min(max(width / advance, _NARROWEST), _WIDEST) if advance else 1.0
        if abs(share - 1) < _EVEN:
            self._painter.drawText(at, text)
            return
        self._painter.save()
        self._painter.translate(at)
        self._painter.scale(share, 1)
        self._painter.drawText(QPointF(0, 0), text)
        self._painter.restore()

    def _wave(self, piece: Piece, top: int, mark: Mark) -> None:
        if not piece.start <= mark.start <= piece.end:
            return
        x = self._x(piece, piece.line.cells.cell_of(mark.start))
        cells = max(piece.line.cells.cell_of(mark.end) - piece.line.cells.cell_of(mark.start), 1)
        self._painter.setPen(QPen(theme.color("red"), max(theme.scaled(1), 1)))
        bottom, step = top + self._type.height - 1.0, max(theme.scaled(2), 2)
        end, low = x + cells * self._type.cell, False
        while x < end:
            following = min(x + step, end)
            y, next_y = (bottom, bottom - step) if low else (bottom - step, bottom)
            self._painter.drawLine(QPointF(x, y), QPointF(following, next_y))
            x, low = following, not low


def eye_rect(type_: Type, left: float, piece: Piece, secret: Secret, top: int) -> QRectF:
    """Return where the eye of a secret is in the viewport; empty when it is on another line."""
    first = secret.end - EYE
    if not piece.start <= first < piece.end:
        return QRectF()
    cell = piece.line.cells.cell_of(first) - piece.line.cells.cell_of(piece.start)
    return QRectF(cell * type_.cell - left, top, EYE * type_.cell, type_.height)


def visible_columns(piece: Piece, left: float, width: int, cell: float) -> tuple[int, int]:
    """Return the columns of a piece that stand between two pixels, or a few more."""
    cells = piece.line.cells
    if not cells.segments:
        first = piece.start + max(int(left / cell), 0)
        return min(first, piece.end), min(first + int(width / cell) + 2, piece.end)
    before = cells.cell_of(piece.start)
    first_cell, last_cell = before + left / cell, before + (left + width) / cell
    parts = [
        part
        for part in cells.parts(piece.start, piece.end)
        if part.cell + part.cells >= first_cell and part.cell <= last_cell
    ]
    if not parts:
        return piece.end, piece.end
    start, end = parts[0].start, parts[-1].end
    if _can_be_cut(parts[0]):
        start = max(parts[0].column_at(first_cell) - 1, start)
    if _can_be_cut(parts[-1]):
        end = min(parts[-1].column_at(last_cell) + 2, end)
    return start, end


def _few(parts: list[Segment]) -> list[Segment]:
    """Return parts as they are, or those of one font's width joined when there are many."""
    if len(parts) <= _MANY:
        return parts
    found: list[Segment] = []
    for part in parts:
        last = found[-1] if found else None
        if last is not None and last.kind in _JOINED and part.kind in _JOINED:
            cells = last.cells + part.cells
            found[-1] = Segment(Kind.COMPLEX, last.start, part.end, last.cell, cells)
        else:
            found.append(part)
    return found


def _can_be_cut(part: Segment) -> bool:
    """Return whether a part can be drawn without what is off the screen."""
    is_long = part.kind is Kind.COMPLEX and part.cells > _LONG_RUN
    return part.kind in (Kind.PLAIN, Kind.WIDE) or is_long


def column_at_cell(piece: Piece, cell: float) -> int:
    """Return the column whose caret stands nearest to a cell, counted from the piece's first."""
    cells = piece.line.cells
    wanted = cells.cell_of(piece.start) + max(cell, 0)
    if not cells.segments:
        return min(round(wanted), piece.end)
    for part in cells.parts(piece.start, piece.end):
        if wanted < part.cell + part.cells:
            if part.kind is Kind.RIGHT_TO_LEFT:
                wanted = 2 * part.cell + part.cells - wanted
            return min(part.column_at(wanted), part.end)
    return piece.end


def _mirrored(part: Segment, whole: Segment) -> float:
    """Return the first cell of a part of a segment as it is drawn."""
    if part.kind is not Kind.RIGHT_TO_LEFT:
        return part.cell
    return 2 * whole.cell + whole.cells - part.cell - part.cells


def _coloured(
    spans: Sequence[Span], start: int, end: int, current: Sequence[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """Return (start, end, colour token) for all of the columns from `start` to `end`."""
    found: list[tuple[int, int, str]] = []
    at = start
    index = max(bisect_right(spans, start, key=itemgetter(0)) - 1, 0)
    for first, length, token in islice(spans, index, None):
        last = min(first + length, end)
        if last <= at:
            continue
        if first >= end:
            break
        if first > at:
            found.append((at, first, "text"))
        found.append((max(first, at), last, token))
        at = last
    if at < end:
        found.append((at, end, "text"))
    for columns in current:
        found = [each for span in found for each in _overlaid(span, *columns)]
    return found


def _overlaid(span: tuple[int, int, str], first: int, last: int) -> Iterable[tuple[int, int, str]]:
    start, end, token = span
    inside = max(start, first), min(end, last)
    if inside[0] >= inside[1]:
        return (span,)
    cut = ((start, inside[0], token), (*inside, "on_accent"), (inside[1], end, token))
    return [each for each in cut if each[0] < each[1]]
