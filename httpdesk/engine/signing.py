"""What signs one request in: credential and headers of a connection or of a file's `auth`.

Statements 10 to 14 and 21.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from httpdesk.engine.authorize import Credential, is_allowed
from httpdesk.engine.file_auth import Fill, SignedByFile
from httpdesk.engine.headers import HeaderRow, check_row
from httpdesk.engine.url import is_local
from httpdesk.model.connection import Connection
from httpdesk.model.errors import (
    InvalidCredential,
    InvalidHeader,
    InvalidRequest,
    UnusableAuth,
)
from httpdesk.model.exchange import Origin, ResolvedUrl, ResolveWarning, WarningKind

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SignedBy:
    """The connection that a request uses, and what gives its credential.

    That is asked for once, and only where the credential may go.
    """

    connection: Connection
    credential: Callable[[], Credential]


Signer = SignedBy | SignedByFile


class Signing:
    """Adds to the rows of one request; what is wrong and what is worth a word is gathered.

    With `own_win` what the request says itself counts (statement 12).
    """

    def __init__(self, signed: Signer | None, *, own_win: bool) -> None:
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
        return self._signed.connection.base_url if isinstance(self._signed, SignedBy) else ""

    def begin(self, url: ResolvedUrl, fill: Fill) -> None:
        """Take the credential where it may go (statement 21); `fill` fills in a file's texts."""
        signed = self._signed
        if signed is None or not self._may_go(url, signed):
            return
        try:
            if isinstance(signed, SignedByFile):
                self.credential = signed.credential(fill)
            else:
                self.credential = signed.credential()
        except (InvalidCredential, UnusableAuth) as error:
            self.problems.append(error)
        clear = url.scheme == "http" and not is_local(url.host_ascii)
        made = self.credential
        if clear and (made.headers or made.params or made.signer is not None):
            self._warn(WarningKind.CREDENTIAL_IN_CLEAR, url.host)

    def _may_go(self, url: ResolvedUrl, signed: Signer) -> bool:
        """Return whether the request is signed in; a file's auth goes where its request goes."""
        if isinstance(signed, SignedByFile):
            return True
        if not is_allowed(url, signed.connection):
            self._warn(WarningKind.CONNECTION_NOT_ALLOWED, signed.connection.name)
            return False
        self.connection = signed.connection
        return True

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
        origin, level = self._source()
        behind = [replace(row, level=level, depth=outermost) for row in others]
        signing = [
            HeaderRow(name, value, origin, depth=-1, level=level)
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

    def _source(self) -> tuple[Origin, str]:
        """Return where the credential comes from, and the name of that."""
        if isinstance(self._signed, SignedByFile):
            return Origin.AUTH, self._signed.choice.level
        return Origin.CONNECTION, self.connection.name if self.connection is not None else ""

    def _check(self, row: HeaderRow) -> None:
        try:
            check_row(row)
        except InvalidHeader as error:
            self.problems.append(error)

    def _warn(self, kind: WarningKind, subject: str, row: int | None = None) -> None:
        self.warnings.append(ResolveWarning(kind, subject, row))
