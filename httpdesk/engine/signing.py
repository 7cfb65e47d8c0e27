"""What a connection adds to one request: credential and headers (statements 10 to 14, 21)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from httpdesk.engine.authorize import Credential, is_allowed
from httpdesk.engine.headers import HeaderRow, check_row
from httpdesk.engine.url import is_local
from httpdesk.model.collection import Defaults
from httpdesk.model.connection import CONNECTION_VARIABLE, NO_CONNECTION, Connection
from httpdesk.model.errors import InvalidCredential, InvalidHeader, InvalidRequest
from httpdesk.model.exchange import Origin, ResolvedUrl, ResolveWarning, WarningKind
from httpdesk.model.request import Options

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SignedBy:
    """The connection that a request uses, and what gives its credential.

    That is asked for once, and only where the credential may go.
    """

    connection: Connection
    credential: Callable[[], Credential]


def connection_name(options: Options, defaults: Defaults) -> str | None:
    """Return the name of the connection that a request uses, None for none.

    The request's own word counts, then that of the innermost folder; `none` ends the search.
    """
    levels = [dict(level.variables).get(CONNECTION_VARIABLE, "") for _, level in reversed(defaults)]
    named = (name.strip() for name in (options.connection or "", *levels))
    found = next((name for name in named if name), NO_CONNECTION)
    return None if found == NO_CONNECTION else found


class Signing:
    """Adds to the rows of one request; what is wrong and what is worth a word is gathered.

    With `own_win` what the request says itself counts (statement 12).
    """

    def __init__(self, signed: SignedBy | None, *, own_win: bool) -> None:
        self._signed = signed
        self._own_win = own_win
        self.connection: Connection | None = None
        """The connection, once it is known that it may go to the host."""
        self.credential = Credential()
        self.problems: list[InvalidRequest] = []
        self.warnings: list[ResolveWarning] = []

    @property
    def base_url(self) -> str:
        """The base URL as its file has it, empty without a connection."""
        return self._signed.connection.base_url if self._signed is not None else ""

    def begin(self, url: ResolvedUrl) -> None:
        """Take the credential where it may go (statement 21)."""
        if self._signed is None:
            return
        connection = self._signed.connection
        if not is_allowed(url, connection):
            self._warn(WarningKind.CONNECTION_NOT_ALLOWED, connection.name)
            return
        self.connection = connection
        try:
            self.credential = self._signed.credential()
        except InvalidCredential as error:
            self.problems.append(error)
        clear = url.scheme == "http" and not is_local(url.host_ascii)
        made = self.credential
        if clear and (made.headers or made.params or made.signer is not None):
            self._warn(WarningKind.CREDENTIAL_IN_CLEAR, url.host)

    def with_params(self, pairs: Pairs) -> Pairs:
        """Return the query rows with the connection's pairs; of one name one of the two counts."""
        own = {name for name, _ in pairs}
        added = self.credential.params
        if self._own_win:
            added = tuple(pair for pair in added if pair[0] not in own)
            self.credential = replace(self.credential, params=added)
        names = {name for name, _ in added}
        for name in sorted(own & names):
            self._warn(WarningKind.OVERRIDDEN_BY_CONNECTION, name)
        return [*(pair for pair in pairs if pair[0] not in names), *added]

    def with_headers(
        self, rows: list[HeaderRow], others: Iterable[HeaderRow], outermost: int
    ) -> list[HeaderRow]:
        """Return the rows with the credential before all, and `others` behind all.

        `others` are the default headers, filled in; `outermost` is a depth that all rows are
        above.
        """
        if self.connection is None:
            return rows
        level = self.connection.name
        behind = [replace(row, level=level, depth=outermost) for row in others]
        signing = [
            HeaderRow(name, value, Origin.CONNECTION, depth=-1, level=level)
            for name, value in self.credential.headers
        ]
        for row in signing:
            self._check(row)
        if self._own_win:
            return [*rows, *(replace(row, depth=outermost) for row in signing), *behind]
        names = {row.name.lower() for row in signing}
        for row in rows:
            if row.name.lower() in names:
                number = row.row if row.row >= 0 else None
                self._warn(WarningKind.OVERRIDDEN_BY_CONNECTION, row.name, number)
        return [*signing, *rows, *behind]

    def _check(self, row: HeaderRow) -> None:
        try:
            check_row(row)
        except InvalidHeader as error:
            self.problems.append(error)

    def _warn(self, kind: WarningKind, subject: str, row: int | None = None) -> None:
        self.warnings.append(ResolveWarning(kind, subject, row))
