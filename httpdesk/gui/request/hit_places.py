"""Where in the editor a hit of the search in the collections stands."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QTextCursor

from httpdesk.gui.item_models.rows import Column
from httpdesk.gui.request import places
from httpdesk.gui.request.mending import go_to
from httpdesk.gui.request.pane import RequestPane
from httpdesk.gui.request.places import Place
from httpdesk.gui.request.url_bar import UrlBar
from httpdesk.gui.widgets.code_units import code_units
from httpdesk.model.find import FindField, FindHit
from httpdesk.model.request import FormBody, GraphQLBody, MultipartBody, RawBody, Request

_TABS = {FindField.NOTES: "notes", FindField.EXAMPLE: "examples"}


def go_to_hit(url_bar: UrlBar, pane: RequestPane, request: Request, hit: FindHit) -> None:
    """Put the cursor on a hit, or near it where the request is another one by now."""
    if _TABS.get(hit.field, "") in pane.tab_keys():
        pane.show_tab(_TABS[hit.field])
        return
    place = place_of_hit(hit, request)
    go_to(url_bar, pane, request, place)
    editor = pane.body.current_editor() if place.group == places.BODY else None
    if editor is not None and place.position >= 0:
        cursor = editor.textCursor()
        length = len(code_units(hit.text))
        cursor.movePosition(
            QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor, length
        )
        editor.setTextCursor(cursor)


def place_of_hit(hit: FindHit, request: Request) -> Place:
    """Return where the editor shows a hit; the URL for what it does not show."""
    match hit.field:
        case FindField.URL:
            at = _nearest(request.url, hit)
            return Place(places.URL, position=at, length=len(hit.text) if at >= 0 else 0)
        case FindField.HEADER:
            rows = ((each.name, each.value) for each in request.headers)
            return _row(places.HEADERS, rows, ": ", hit)
        case FindField.PARAMETER:
            paths = ((each.name, each.value) for each in request.path_params)
            if hit.label in {each.name for each in request.path_params}:
                return _row(places.PATH, paths, "=", hit)
            rows = ((each.name, each.value) for each in request.params)
            return _row(places.PARAMS, rows, "=", hit)
        case FindField.BODY:
            return _in_body(hit, request)
    return Place(places.URL)


def _in_body(hit: FindHit, request: Request) -> Place:
    match request.body:
        case RawBody(text=text):
            return Place(places.BODY, position=_nearest(text, hit))
        case GraphQLBody(query=query):
            return Place(places.BODY, position=_nearest(query, hit))
        case FormBody(fields=fields):
            return _row(places.FORM, ((each.name, each.value) for each in fields), "=", hit)
        case MultipartBody(parts=parts):
            return _row(places.PARTS, ((each.name, each.value) for each in parts), "=", hit)
    return Place(places.BODY)


def _row(group: str, rows: Iterable[tuple[str, str]], between: str, hit: FindHit) -> Place:
    """Return the cell with the hit: the row of that name that has it, else the first of the name.

    Without a row of the name it is the first row.
    """
    known = list(rows)
    named = [at for at, (name, _) in enumerate(known) if name == hit.label]
    having = [at for at in named if hit.text in f"{hit.label}{between}{known[at][1]}"]
    row = next(iter(having or named), 0)
    in_name = hit.position < len(hit.label)
    return Place(group, row, Column.KEY if in_name else Column.VALUE)


def _nearest(text: str, hit: FindHit) -> int:
    """Return where the text has what was found, as near to the old place as it is; -1 if not."""
    before, after = text.rfind(hit.text, 0, hit.position + len(hit.text)), -1
    if before != hit.position:
        after = text.find(hit.text, hit.position)
    known = [at for at in (before, after) if at >= 0]
    return min(known, key=lambda at: abs(at - hit.position), default=-1)
