"""What the Preview says of an image, and why it shows none."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.render.units import format_size

translate = QCoreApplication.translate


def image_title(format_name: str, size: int) -> str:
    """Return such as `PNG image, 12 kB`."""
    return translate("Image", "{0} image, {1}").format(format_name, format_size(size))


def cut_notices(cut_short: bool) -> tuple[Notice, ...]:
    """Return what is said above an image whose file ends too early."""
    if not cut_short:
        return ()
    words = translate("Image", "The file ends before the image does; its last part is missing.")
    return (Notice(words, "amber", ((SAVE, translate("Image", "Save…")),)),)
