"""What a preview says of the request, in the tabs where it is edited."""

from __future__ import annotations

from collections.abc import Iterable

from httpdesk.engine.resolve import Preview
from httpdesk.gui.options.options_tab import changed_options
from httpdesk.gui.request import places
from httpdesk.gui.request.file_choice import KnownFiles
from httpdesk.gui.request.pane import BODY, HEADERS, RequestPane
from httpdesk.gui.request.places import flags_for
from httpdesk.gui.request.problems import sentence
from httpdesk.model.errors import InvalidRequest, UploadReason, UploadUnreadable
from httpdesk.model.request import Request


def show_flags(
    pane: RequestPane,
    request: Request,
    found: Preview,
    problems: Iterable[InvalidRequest],
    files: KnownFiles,
) -> None:
    """Mark the cells and tabs that `problems` and the preview's warnings are about."""
    flags = flags_for(tuple(problems), found.warnings)
    cells = flags.cells
    pane.params.set_problems(cells.get(places.PARAMS, {}))
    path = cells.get(places.PATH, {})
    pane.params.set_path_problems(
        {request.path_params[row].name: text for (row, _), text in path.items()}
    )
    if pane.is_built(HEADERS):
        pane.headers.set_preview(found)
        pane.headers.set_problems(cells.get(places.HEADERS, {}))
    if pane.is_built(BODY):
        pane.body.fields.set_problems(cells.get(places.FORM, {}))
        _show_files(pane, found, cells.get(places.PARTS, {}), files)
    pane.mark(flags.tabs, changed_options(request.options), request.options.removed_headers)


def _show_files(pane: RequestPane, found: Preview, cells: places.Cells, files: KnownFiles) -> None:
    whole = (each for each in found.problems if isinstance(each, UploadUnreadable))
    problem = next((each for each in whole if each.row is None), None)
    said = problem is not None and problem.reason is not UploadReason.NOT_CHOSEN
    text = sentence(problem) if problem is not None and said else ""
    pane.body.show_files(cells, text, files, next(iter(found.uploads), ""))
