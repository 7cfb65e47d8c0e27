"""The header lines of one request: typed, handed down, of its credential, and automatic."""

from __future__ import annotations

from dataclasses import replace

from httpdesk.engine.body_source import MULTIPART
from httpdesk.engine.headers import (
    HeaderRow,
    check_framing,
    check_row,
    join_repeats,
    without_overridden,
    without_removed,
)
from httpdesk.engine.signing import Signing
from httpdesk.engine.template import Filled, Filler
from httpdesk.engine.url import well_formed
from httpdesk.model.collection import Defaults
from httpdesk.model.errors import HeaderReason, InvalidHeader, InvalidRequest
from httpdesk.model.exchange import Origin, ResolvedHeader, ResolveWarning, WarningKind
from httpdesk.model.request import MultipartBody, Request


class HeaderLines:
    """Fills rows in and decides which of one name counts; what is wrong is gathered."""

    def __init__(
        self,
        request: Request,
        filler: Filler,
        signing: Signing,
        found: list[InvalidRequest],
        warnings: list[ResolveWarning],
    ) -> None:
        self._request = request
        self._filler = filler
        self._signing = signing
        self._found = found
        self._warnings = warnings
        self.headers: list[ResolvedHeader] = []
        """All lines as they would leave."""
        self.automatic: list[ResolvedHeader] = []
        self.overridden: list[ResolvedHeader] = []
        self.removed: list[ResolvedHeader] = []

    def rows(self, defaults: Defaults, length: int | None) -> list[HeaderRow]:
        """Return the rows of the request, then those handed down, innermost first."""
        rows = [
            self._header_row((header.name, header.value), index)
            for index, header in enumerate(self._request.headers)
            if header.enabled and (header.name.strip() or header.value.strip())
        ]
        for depth, (origin, level) in enumerate(reversed(defaults), start=1):
            inherited = [self._header_row(pair, -1, Origin(origin)) for pair in level.headers]
            rows += [replace(row, depth=depth, level=level.name) for row in inherited]
        rows = self._signing.with_headers(rows, self._connection_rows(), len(defaults) + 1)
        if isinstance(self._request.body, MultipartBody):
            rows = self._without_content_type(rows)
        kept, overridden = without_overridden(rows)
        self.overridden += [
            ResolvedHeader(row.name, row.value, row.origin, level=row.level) for row in overridden
        ]
        if not self._filler.problems():
            self._check_framing(kept, length)
        return kept

    def fill(self, rows: list[HeaderRow], added: list[ResolvedHeader], *, has_body: bool) -> None:
        """Make the lines of these rows and of what the program adds by itself, Host first."""
        own, repeated = join_repeats(rows)
        for row in repeated:
            self._warn(WarningKind.REPEATED_HEADER, row.name, row.row if row.row >= 0 else None)
        names = {header.name.lower() for header in own}
        automatic = [header for header in added if header.name.lower() not in names]
        self.overridden += [header for header in added if header.name.lower() in names]
        self.automatic = self._without_removed(automatic, names, has_body=has_body)
        self.headers = _host_first(own, self.automatic)

    # Inside

    def _connection_rows(self) -> list[HeaderRow]:
        """Return the default headers of the connection, filled in."""
        connection = self._signing.connection
        return [
            self._header_row((each.name, each.value), -1, Origin.CONNECTION)
            for each in (connection.headers if connection is not None else ())
            if each.enabled and each.name.strip()
        ]

    def _without_content_type(self, rows: list[HeaderRow]) -> list[HeaderRow]:
        """Leave out what would take the boundary away from a form (statement 49)."""
        for row in rows:
            if row.name.lower() == "content-type":
                number = row.row if row.row >= 0 else None
                self._warn(WarningKind.CONTENT_TYPE_REPLACED, MULTIPART, number)
        return [row for row in rows if row.name.lower() != "content-type"]

    def _header_row(
        self, pair: tuple[str, str], index: int, origin: Origin = Origin.REQUEST
    ) -> HeaderRow:
        """Return the row filled in and without the blanks around it, noting what is wrong."""
        label = f"header {index + 1}" if index >= 0 else f"{origin.value} header {pair[0]}"
        row_number = index if index >= 0 else None
        name = self._filler.fill(pair[0], f"{label} name", row_number)
        value = self._filler.fill(pair[1], label, row_number)
        text = well_formed(value.text.strip(" \t"))
        row = HeaderRow(name.text.strip(" \t"), text, origin, index)
        if name.complete and value.complete:
            self._check_row(row, name, value)
        return row

    def _check_row(self, row: HeaderRow, name: Filled, value: Filled) -> None:
        try:
            check_row(row)
        except InvalidHeader as error:
            self._found.append(_at_typed_place(error, name, value))
        if not row.value.isascii():
            self._warn(WarningKind.NON_ASCII_HEADER, row.name, row.row if row.row >= 0 else None)

    def _check_framing(self, rows: list[HeaderRow], length: int | None) -> None:
        try:
            check_framing(rows, length)
        except InvalidHeader as error:
            self._found.append(error)

    def _without_removed(
        self, automatic: list[ResolvedHeader], typed: set[str], *, has_body: bool
    ) -> list[ResolvedHeader]:
        """Take out what the user took out; a row of the same name wins over that."""
        wanted = self._request.options.removed_headers
        left, self.removed, risky = without_removed(automatic, wanted, has_body=has_body)
        for name in risky:
            self._warn(WarningKind.HEADER_REMOVED, name)
        known = {header.name.lower() for header in self.removed} | typed
        self.removed += [
            ResolvedHeader(name, "", Origin.DEFAULT)
            for name in dict.fromkeys(wanted)
            if name.lower() not in known
        ]
        return left

    def _warn(self, kind: WarningKind, subject: str = "", row: int | None = None) -> None:
        self._warnings.append(ResolveWarning(kind, subject, row))


def _at_typed_place(error: InvalidHeader, name: Filled, value: Filled) -> InvalidHeader:
    """Move the error's position from the text that was filled in to the one that was typed."""
    filled = value if error.reason is HeaderReason.CONTROL else name
    lead = len(filled.text) - len(filled.text.lstrip(" \t"))
    error.position = filled.typed_position(error.position + lead)
    return error


def _host_first(own: list[ResolvedHeader], automatic: list[ResolvedHeader]) -> list[ResolvedHeader]:
    """Return the lines in their order on the wire (RFC 9112 section 3.2 wants Host first)."""
    everything = [*own, *automatic]
    return sorted(everything, key=lambda header: header.name.lower() != "host")
