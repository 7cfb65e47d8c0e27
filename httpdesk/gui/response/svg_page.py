"""The Preview of SVG: painted in a process of its own, from a text that names nothing outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.offload import Offload
from httpdesk.gui.response import image_words
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.image_page import ImagePage, ReadImage
from httpdesk.gui.response.image_reading import ImagePreview, decode_image
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.offload_errors import OffloadFailed, OffloadFault
from httpdesk.render.rows import Stopped
from httpdesk.render.svg import SvgPicture, read_picture

PATIENCE_S = 10.0
"""How long painting may take: a few bytes can ask for years of work."""
_NOTHING = ImagePreview(None, QSize())


class SvgPage(ImagePage):
    """Shows an SVG like any other image, or says why it is not painted."""

    def start(self, body: ShownBody) -> None:
        """Have it painted."""
        self.job.start(partial(_paint, body, self.tools.offload))

    def format_of(self, body: ShownBody) -> str:
        """Return the name of the format."""
        return "SVG"


def _paint(
    body: ShownBody, offload: Callable[[], Offload], cancel: CancelToken
) -> ReadImage | None:
    """Have the SVG painted by another process; None when it is not wanted any more."""
    try:
        pieces = offload().run("svg:paint", {}, body.handle, cancel, patience_s=PATIENCE_S)
        picture = read_picture(b"".join(pieces))
    except Stopped:
        return None
    except HttpDeskError as error:
        return ReadImage(_NOTHING, why_not=_why_ended(error))
    if picture.fault is not None:
        return ReadImage(_NOTHING, why_not=image_words.svg_fault_text(picture.fault))
    return ReadImage(_of_picture(picture), image_words.dropped_notices(picture.dropped))


def _why_ended(error: HttpDeskError) -> str:
    too_slow = isinstance(error, OffloadFailed) and error.fault is OffloadFault.TOO_SLOW
    if too_slow:
        return image_words.painter_late_text(round(PATIENCE_S))
    return image_words.painter_gone_text()


def _of_picture(picture: SvgPicture) -> ImagePreview:
    preview = decode_image(picture.png, "PNG")
    size = QSize(round(picture.width), round(picture.height)).expandedTo(QSize(1, 1))
    return replace(preview, size=size)
