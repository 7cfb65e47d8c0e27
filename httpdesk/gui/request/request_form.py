"""A request in the widgets of its page: puts it there, and reads there what it is now."""

from __future__ import annotations

from dataclasses import replace

from httpdesk.engine.inherited_options import saying, with_options
from httpdesk.gui.request.pane import BODY, HEADERS, NOTES, OPTIONS, PARAMS, RequestPane
from httpdesk.gui.request.url_bar import UrlBar
from httpdesk.gui.request.variable_words import path_names
from httpdesk.model.request import Options, Request


def fill_tab(pane: RequestPane, key: str, request: Request) -> None:
    """Show the request in one tab; Wire shows what is planned, which is not read back."""
    if key == PARAMS:
        pane.params.set_params(request.params, request.path_params)
        pane.params.set_path_names(path_names(request.url))
        pane.params.set_variables(request.variables)
    elif key == HEADERS:
        removed = with_options(request.options, pane.inherited).removed_headers
        pane.headers.set_headers(request.headers, removed)
    elif key == BODY:
        pane.body.set_body(request.body)
    elif key == OPTIONS:
        pane.options.set_method(request.method)
        pane.options.set_inherited(pane.inherited)
        pane.options.set_options(request.options)
    elif key == NOTES:
        pane.notes.set_notes(request.notes, request.tags)
        pane.notes.set_examples(len(request.examples))


def read_request(url_bar: UrlBar, pane: RequestPane, request: Request) -> Request:
    """Return what the widgets say; a tab that was never made says nothing new."""
    return replace(
        request,
        method=url_bar.method.method,
        url=url_bar.url(),
        params=pane.params.params(),
        path_params=pane.params.path_params(),
        variables=pane.params.variables(),
        headers=pane.headers.headers() if pane.is_built(HEADERS) else request.headers,
        body=pane.body.body() if pane.is_built(BODY) else request.body,
        options=_read_options(pane, request.options),
        notes=pane.notes.notes() if pane.is_built(NOTES) else request.notes,
        tags=pane.notes.tags() if pane.is_built(NOTES) else request.tags,
    )


def _read_options(pane: RequestPane, before: Options) -> Options:
    options = pane.options.options() if pane.is_built(OPTIONS) else before
    removed = pane.headers.removed() if pane.is_built(HEADERS) else None
    if removed is None or removed == with_options(before, pane.inherited).removed_headers:
        return replace(options, removed_headers=before.removed_headers)
    return saying(options, pane.inherited, removed_headers=removed)
