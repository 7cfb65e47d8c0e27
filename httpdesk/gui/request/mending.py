"""Puts the cursor where a problem of the request is mended."""

from __future__ import annotations

from httpdesk.gui.request import places
from httpdesk.gui.request.pane import RequestPane
from httpdesk.gui.request.places import Place
from httpdesk.gui.request.url_bar import UrlBar
from httpdesk.gui.request.variable_words import path_names
from httpdesk.gui.tables.row_table import RowTable
from httpdesk.model.request import Request


def go_to(url_bar: UrlBar, pane: RequestPane, request: Request, place: Place) -> None:
    """Show the tab of `place` and put the cursor there."""
    if place.tab:
        pane.show_tab(place.tab)
    table = _table_of(pane, place)
    if table is not None:
        row = _path_row(request, place.row) if place.group == places.PATH else place.row
        table.edit_cell(row, place.column)
    elif place.group == places.OPTIONS:
        pane.options.show_option(place.option)
    elif place.group == places.AUTH:
        pane.auth.focus_choice()
    elif place.group == places.BODY:
        pane.body.go_to(place)
    elif place.position >= 0:
        url_bar.select_part(place.position, place.length)
    else:
        url_bar.focus_url()


def _table_of(pane: RequestPane, place: Place) -> RowTable | None:
    if place.group == places.FORM:
        return pane.body.pages.form_table()
    if place.group == places.PARTS:
        return pane.body.pages.part_table()
    return {
        places.PARAMS: pane.params.query.table,
        places.PATH: pane.params.path.table,
        places.HEADERS: pane.headers.own.table,
    }.get(place.group)


def _path_row(request: Request, row: int) -> int:
    return path_names(request.url).index(request.path_params[row].name)
