"""Where on screen a problem was made: the tab, the row and the column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from httpdesk.gui.item_models.rows import Column
from httpdesk.gui.request.problems import sentence, warning_sentence
from httpdesk.model.errors import (
    HeaderReason,
    InvalidCredential,
    InvalidGraphQL,
    InvalidHeader,
    InvalidJsonBody,
    InvalidOption,
    InvalidPart,
    InvalidRequest,
    InvalidUrl,
    UnknownConnection,
    UnknownVariables,
    UnsupportedBody,
    UnusableAuth,
    UploadUnreadable,
    VariableLimit,
)
from httpdesk.model.exchange import ResolveWarning, WarningKind

URL, PARAMS, PATH, HEADERS, FORM, PARTS, BODY, AUTH, OPTIONS = (
    "url",
    "params",
    "path",
    "headers",
    "form",
    "parts",
    "body",
    "auth",
    "options",
)

_FIELD: Final = re.compile(
    r"(?P<kind>param|path param|header|form|part) (?P<number>\d+)(?P<name> name)?(?P<type> type)?"
    r"(?: file name)?"
)
_GROUPS: Final = {
    "param": PARAMS,
    "path param": PATH,
    "header": HEADERS,
    "form": FORM,
    "part": PARTS,
}
_FLAGGED: Final = {
    WarningKind.EMPTY_QUERY_KEY: (PARAMS, Column.KEY),
    WarningKind.EMPTY_FORM_KEY: (FORM, Column.KEY),
    WarningKind.CONTENT_TYPE_REPLACED: (HEADERS, Column.KEY),
    WarningKind.REPEATED_HEADER: (HEADERS, Column.KEY),
    WarningKind.NON_ASCII_HEADER: (HEADERS, Column.VALUE),
}
TYPE_COLUMN: Final = 4
"""The content type of a part; see `item_models.part_table`."""
VARIABLES: Final = "variables"
"""The editor for the variables of a GraphQL query."""
Cells = dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Place:
    """A group of fields, and in a table the cell."""

    group: str
    row: int = 0
    column: int = Column.KEY
    option: str = ""
    position: int = -1
    """The character in the URL or the body, -1 when the whole is meant."""
    length: int = 0

    @property
    def tab(self) -> str:
        """The tab that shows the place; "" for the URL bar."""
        tabs = {URL: "", PATH: PARAMS, FORM: BODY, PARTS: BODY}
        return tabs.get(self.group, self.group)


@dataclass(slots=True)
class Flags:
    """Sentences for the cells of every table, and for whole tabs."""

    cells: dict[str, Cells] = field(default_factory=dict)
    tabs: dict[str, str] = field(default_factory=dict)

    def add(self, place: Place, text: str, *, is_problem: bool) -> None:
        """Flag a place; the first sentence of a cell or tab stays."""
        if place.group in _GROUPS.values():
            self.cells.setdefault(place.group, {}).setdefault((place.row, place.column), text)
        if is_problem and place.tab:
            self.tabs.setdefault(place.tab, text)


def flags_for(problems: Iterable[InvalidRequest], warnings: Iterable[ResolveWarning]) -> Flags:
    """Return what to flag for the problems and warnings of a preview."""
    flags = Flags()
    for problem in problems:
        for place, text in _places(problem):
            flags.add(place, text, is_problem=True)
    for warning in warnings:
        group, column = _FLAGGED.get(warning.kind, ("", 0))
        if group and warning.row is not None:
            place = Place(group, warning.row, column)
            flags.add(place, warning_sentence(warning), is_problem=False)
    return flags


def missing_variable(problem: InvalidRequest) -> str:
    """Return the name of the first variable that could be given a value, "" when there is none."""
    if not isinstance(problem, UnknownVariables) or problem.cycle:
        return ""
    given = (name for name in problem.names if not name.startswith(("$", "?", "process.env.")))
    return next(given, "")


def first_place(problem: InvalidRequest) -> Place:
    """Return where the user goes to mend `problem`."""
    return _places(problem)[0][0]


def _places(problem: InvalidRequest) -> list[tuple[Place, str]]:
    text = sentence(problem)
    match problem:
        case InvalidHeader(row=row, reason=reason) if row >= 0:
            column = Column.VALUE if reason in _VALUE_REASONS else Column.KEY
            return [(Place(HEADERS, row, column), text)]
        case UnknownVariables(places=places):
            return [
                (
                    replace(place_of(one.field), position=one.position, length=len(one.name) + 4),
                    sentence(UnknownVariables((one,), problem.cycle)),
                )
                for one in places
            ]
        case VariableLimit(field=name):
            return [(place_of(name), text)]
        case InvalidOption(option=option):
            return [(Place(OPTIONS, option=option), text)]
        case InvalidUrl(position=position, text=wrong):
            return [(Place(URL, position=position, length=len(wrong)), text)]
        case UploadUnreadable(row=int(part)):
            return [(Place(PARTS, part, Column.VALUE), text)]
        case InvalidPart(row=row, name=name) if name:
            return [(Place(PARTS, row, TYPE_COLUMN), text)]
        case InvalidGraphQL(line=line, column=column):
            return [(Place(BODY, row=line, column=column, option=VARIABLES), text)]
        case InvalidJsonBody(line=line, column=column):
            return [(Place(BODY, row=line, column=column), text)]
        case InvalidCredential() | UnknownConnection() | UnusableAuth():
            return [(Place(AUTH), text)]
        case UnsupportedBody() | UploadUnreadable() | InvalidPart():
            return [(Place(BODY), text)]
    return [(Place(URL), text)]


def place_of(name: str) -> Place:
    """Return the place of a field as the engine names it: `url`, `header 2`, `param 1 name`."""
    found = _FIELD.fullmatch(name)
    if found is None:
        if name == VARIABLES:
            return Place(BODY, option=VARIABLES)
        return Place(BODY if name in {"body", "file", "file type", "query"} else URL)
    column = Column.KEY if found["name"] else Column.VALUE
    if found["type"]:
        return Place(PARTS, int(found["number"]) - 1, TYPE_COLUMN)
    return Place(_GROUPS[found["kind"]], int(found["number"]) - 1, column)


_VALUE_REASONS: Final = frozenset({HeaderReason.CONTROL})
