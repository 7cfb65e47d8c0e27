"""The views of the Body tab: which there are, and for which bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from httpdesk.gui.response.body_page import BodyPage, BodyViewKind, PageTools, ShownBody
from httpdesk.render.content_type import SVG_TYPE, Rendering
from httpdesk.render.csv_table import is_table
from httpdesk.render.events import is_event_stream, is_json_lines
from httpdesk.render.parts import FORM_TYPE, boundary_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREVIEW = str(QT_TRANSLATE_NOOP("BodyBar", "Preview"))
_TREE = str(QT_TRANSLATE_NOOP("BodyBar", "Tree"))
_TABLE = str(QT_TRANSLATE_NOOP("BodyBar", "Table"))
_LAID_OUT = (Rendering.JSON, Rendering.XML, Rendering.HTML)


def _text(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.text_page import TextPage

    return TextPage(tools)


def _image(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.image_page import ImagePage

    return ImagePage(tools)


def _svg(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.svg_page import SvgPage

    return SvgPage(tools)


def _hex(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.hex_page import HexPage

    return HexPage(tools)


def _html(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.html_page import HtmlPage

    return HtmlPage(tools)


def _parts(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.parts_page import PartsPage

    return PartsPage(tools)


def _has_parts(body: ShownBody) -> bool:
    response = body.exchange.response
    if response is None or body.growing or not body.media.essence.startswith("multipart/"):
        return False
    return bool(boundary_of(response.header("Content-Type") or ""))


def _facts(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.facts_page import FactsPage

    return FactsPage(tools)


def _tree(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.tree_page import TreePage

    return TreePage(tools)


def _xml_tree(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.xml_tree_page import XmlTreePage

    return XmlTreePage(tools)


def _is_whole_html(body: ShownBody) -> bool:
    return body.rendering is Rendering.HTML and not body.growing


def _is_whole_xml(body: ShownBody) -> bool:
    return body.rendering is Rendering.XML and not body.growing


def _events(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.events_page import EventsPage

    return EventsPage(tools)


def _has_events(body: ShownBody) -> bool:
    return body.is_text and is_event_stream(body.media)


def _has_lines(body: ShownBody) -> bool:
    return body.is_text and is_json_lines(body.media)


def _table(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.table_page import TablePage

    return TablePage(tools)


def _csv(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.csv_page import CsvPage

    return CsvPage(tools)


def _form(tools: PageTools) -> BodyPage:
    from httpdesk.gui.response.csv_page import FormPage

    return FormPage(tools)


def _is_csv(body: ShownBody) -> bool:
    return body.rendering is Rendering.TEXT and not body.growing and is_table(body.media.essence)


def _is_form(body: ShownBody) -> bool:
    is_text = body.rendering is Rendering.TEXT and not body.growing
    return is_text and body.media.essence == FORM_TYPE


def _can_lay_out(body: ShownBody) -> bool:
    return body.rendering in _LAID_OUT


def _has_tree(body: ShownBody) -> bool:
    return body.rendering is Rendering.JSON and not body.growing


def _is_text(body: ShownBody) -> bool:
    return body.is_text


def _is_image(body: ShownBody) -> bool:
    return body.rendering is Rendering.IMAGE


def _is_svg(body: ShownBody) -> bool:
    return _is_whole_xml(body) and body.media.essence == SVG_TYPE


def _is_html(body: ShownBody) -> bool:
    return body.rendering is Rendering.HTML


def _is_other(body: ShownBody) -> bool:
    return not (body.is_text or _is_image(body))


def titles() -> list[tuple[str, str]]:
    """Return key and title of every view, in the language of the window."""
    found = {kind.key: QCoreApplication.translate("BodyBar", kind.title) for kind in VIEWS}
    return list(found.items())


VIEWS: Sequence[BodyViewKind] = (
    BodyViewKind("events", str(QT_TRANSLATE_NOOP("BodyBar", "Events")), _has_events, _events),
    BodyViewKind("lines", str(QT_TRANSLATE_NOOP("BodyBar", "Lines")), _has_lines, _events),
    BodyViewKind("pretty", str(QT_TRANSLATE_NOOP("BodyBar", "Pretty")), _can_lay_out, _text),
    BodyViewKind("tree", _TREE, _has_tree, _tree),
    BodyViewKind("tree", _TREE, _is_whole_xml, _xml_tree),
    BodyViewKind("tree", _TREE, _is_whole_html, _xml_tree),
    BodyViewKind("table", _TABLE, _has_tree, _table),
    BodyViewKind("table", _TABLE, _is_csv, _csv),
    BodyViewKind("table", _TABLE, _is_form, _form),
    BodyViewKind("raw", str(QT_TRANSLATE_NOOP("BodyBar", "Raw")), _is_text, _text),
    BodyViewKind("parts", str(QT_TRANSLATE_NOOP("BodyBar", "Parts")), _has_parts, _parts),
    BodyViewKind("hex", str(QT_TRANSLATE_NOOP("BodyBar", "Hex")), lambda body: True, _hex),
    BodyViewKind("preview", _PREVIEW, _is_image, _image),
    BodyViewKind("preview", _PREVIEW, _is_svg, _svg),
    BodyViewKind("preview", _PREVIEW, _is_html, _html),
    BodyViewKind("preview", _PREVIEW, _is_other, _facts),
)
"""In the order of the segmented control; of one key at most one fits a body."""


def fitting(body: ShownBody) -> tuple[BodyViewKind, ...]:
    """Return the views that make sense for a body; there is always one."""
    return tuple(kind for kind in VIEWS if kind.fits(body))


def default_view(body: ShownBody, fits: Sequence[BodyViewKind]) -> BodyViewKind:
    """Return the view that a body gets as long as the user has not chosen another one."""
    preferred: tuple[str, ...] = ("parts", "preview", "hex")
    if body.is_text and not _is_svg(body):
        preferred = ("parts", "events", "lines", "pretty", "table", "raw")
    ordered = [kind for key in preferred for kind in fits if kind.key == key]
    return ordered[0] if ordered else fits[0]
