"""What the Preview says of an image, and why it shows none."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.render.svg import SvgFault
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


def dropped_notices(dropped: int) -> tuple[Notice, ...]:
    """Return what is said above an SVG that was not painted as it came."""
    if not dropped:
        return ()
    if dropped == 1:
        words = translate("Image", "One script or reference was left out; nothing was loaded.")
    else:
        words = translate(
            "Image", "{0:,} scripts and references were left out; nothing was loaded."
        )
    return (Notice(words.format(dropped), "slate"),)


def svg_fault_text(fault: SvgFault) -> str:
    """Return why an SVG is not painted."""
    return {
        SvgFault.TOO_LARGE: translate("Image", "The image is too large to be painted here."),
        SvgFault.TOO_DEEP: translate("Image", "Its elements are nested too deep to be painted."),
        SvgFault.ENTITIES: translate(
            "Image", "It declares entities that may grow or name files, so it is not painted."
        ),
        SvgFault.INVALID: translate("Image", "It is no SVG that can be painted. See Raw."),
    }[fault]


def painter_gone_text() -> str:
    """Return what is said when the process that paints has ended."""
    return translate("Image", "The image made its painter stop, so it is not shown. See Raw.")


def painter_late_text(seconds: int) -> str:
    """Return what is said when painting takes too long."""
    words = translate(
        "Image", "Painting the image takes more than {0} seconds, so it is not shown."
    )
    return words.format(seconds)
