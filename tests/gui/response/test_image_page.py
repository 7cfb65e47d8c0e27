"""Images in the Preview (statement 54, and fault 24)."""

from __future__ import annotations

import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from httpdesk.gui.response import image_page
from httpdesk.gui.response.image_page import ImagePage
from httpdesk.gui.response.image_reading import LARGEST_IMAGE, decode_image
from httpdesk.render.content_type import MediaType, image_format
from httpdesk.render.image_end import is_cut_short
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.gui.response.shot import picture
from tests.render.test_transcode import spooled

BLUE = QColor("#2F6FD6")
GIF = bytes.fromhex(
    "47494638396101000100800000ff00ff00000021f90400000000002c00000000010001000002024401003b"
)


def png(width: int, height: int) -> bytes:
    """Return a PNG that claims this size and holds one row at most."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(bytes(100)))


def encoded(codec: str, side: int = 64) -> bytes:
    """Return a blue square in a format that Qt can write."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(BLUE)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, codec)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def image_page_of(pane: Pane) -> ImagePage:
    """Return the page on screen, which must be that of images."""
    assert isinstance(pane.body.page, ImagePage)
    return pane.body.page


def shown_image(pane: Pane, data: bytes, essence: str = "image/png") -> ImagePage:
    """Show bytes as an image and return its page."""
    pane.show(answered(data, headers=typed(essence)))
    return image_page_of(pane)


def test_an_image_is_shown_with_its_size(pane: Pane) -> None:
    """Statement 54."""
    page = shown_image(pane, picture())
    assert page.stack.currentWidget() is page.image
    assert page.image.accessibleName().startswith("PNG image, ")
    assert page.image.accessibleName().endswith("240 by 160 pixels")
    assert page.facts.text() == "PNG, 240 by 160, 100 %"
    shown = page.image.grab().toImage()
    ratio = shown.devicePixelRatio()
    assert shown.pixelColor(QPoint(40, 40) * ratio) == BLUE


@pytest.mark.parametrize(
    ("codec", "essence"),
    [
        ("png", ""),
        ("jpeg", ""),
        ("webp", ""),
        ("bmp", ""),
        ("tiff", ""),
        ("ico", ""),
        ("ppm", "image/x-portable-pixmap"),
        ("pbm", "image/x-portable-bitmap"),
        ("xbm", "image/x-xbitmap"),
        ("xpm", "image/x-xpixmap"),
        ("wbmp", "image/vnd.wap.wbmp"),
    ],
)
def test_every_format_of_qt_is_decoded(codec: str, essence: str) -> None:
    data = encoded(codec)
    name = image_format(data, MediaType(essence))
    assert name is not None
    assert not is_cut_short(spooled(data), name)
    preview = decode_image(data, name)
    assert preview.image is not None
    assert preview.size == QSize(64, 64)


def test_an_animation_shows_its_first_picture(pane: Pane) -> None:
    page = shown_image(pane, GIF, "image/gif")
    assert page.facts.text() == "GIF, 1 by 1, 100 %"


def test_svg_is_never_decoded_by_qt() -> None:
    """Security.md R7: QtSvg never sees a response, whatever the bytes are called."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>'
    assert QImage.fromData(svg).width() == 9
    for name in ("PNG", "TIFF", "WebP", "XPM", "BMP"):
        assert decode_image(svg, name).image is None


def test_an_image_bomb_is_refused_by_its_size(pane: Pane) -> None:
    """Fault 24: refused with size, never unpacked."""
    page = shown_image(pane, png(60_000, 60_000))
    assert page.message.text.text() == "60,000 by 60,000 pixels are too many to show here."
    assert page.stack.currentWidget() is page.message
    assert not page.image.has_image


def test_decoded_pixels_are_bounded() -> None:
    """64 MB, and not the 256 MB of Qt."""
    side = int((LARGEST_IMAGE / 4) ** 0.5)
    assert decode_image(png(side + 1, side + 1), "PNG").too_large
    assert not decode_image(png(side, side), "PNG").too_large


def test_an_image_file_of_many_megabytes_is_not_read(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_page, "LARGEST_FILE", 100)
    page = shown_image(pane, picture())
    assert page.message.text.text() == "The file is too large to show here."


def test_a_damaged_image_is_said_to_be_so(pane: Pane) -> None:
    """Fault 24: truncated images."""
    page = shown_image(pane, png(10, 10))
    assert page.message.text.text() == "The image is damaged and can't be shown."


@pytest.mark.parametrize("codec", ["png", "jpeg", "webp", "bmp", "gif"])
def test_an_end_that_is_missing_is_seen(codec: str) -> None:
    """Fault 24: truncated images."""
    data = GIF if codec == "gif" else encoded(codec)
    name = image_format(data)
    assert name is not None
    assert not is_cut_short(spooled(data), name)
    assert is_cut_short(spooled(data[: len(data) * 2 // 3]), name)


def test_a_truncated_image_shows_what_came_and_says_so(pane: Pane) -> None:
    """Fault 24: truncated images."""
    data = encoded("bmp", 200)
    page = shown_image(pane, data[: len(data) // 2], "image/bmp")
    assert page.image.has_image
    assert pane.notices() == ["The file ends before the image does; its last part is missing."]
    shown_image(pane, data, "image/bmp")
    assert pane.notices() == []


def test_a_large_image_is_fitted_and_can_be_seen_at_its_own_size(pane: Pane) -> None:
    page = shown_image(pane, encoded("png", 2000))
    assert page.image.fits
    assert page.image.zoom < 0.5
    assert page.size_choice.current == 0
    page.size_choice.set_current(1)
    assert page.image.zoom == 1
    assert page.image.horizontalScrollBar().maximum() > 1000
    assert page.facts.text() == "PNG, 2,000 by 2,000, 100 %"
    page.size_choice.set_current(0)
    assert page.image.fits
    assert page.image.horizontalScrollBar().maximum() == 0


def test_the_keyboard_zooms_and_moves(pane: Pane) -> None:
    page = shown_image(pane, encoded("png", 600))
    QTest.keyClick(page.image, Qt.Key.Key_1)
    assert page.image.zoom == 1
    QTest.keyClicks(page.image, "++")
    assert page.image.zoom == pytest.approx(1.5625)
    before = page.image.verticalScrollBar().value()
    QTest.keyClick(page.image, Qt.Key.Key_Down)
    assert page.image.verticalScrollBar().value() > before
    QTest.keyClicks(page.image, "-")
    assert page.image.zoom == pytest.approx(1.25)
    QTest.keyClicks(page.image, "f")
    assert page.image.fits
    QTest.keyClicks(page.image, "+" * 60)
    assert page.image.zoom == 32
    assert page.image.grab().toImage().pixelColor(200, 200) == BLUE


def test_what_is_in_the_middle_stays_there(pane: Pane) -> None:
    page = shown_image(pane, encoded("png", 4000))
    page.image.set_zoom(1)
    seen = page.image.horizontalScrollBar().value() + page.image.viewport().width() / 2
    page.image.set_zoom(2)
    now = page.image.horizontalScrollBar().value() + page.image.viewport().width() / 2
    assert now / 2 == pytest.approx(seen, abs=12)


def test_its_pixels_are_let_go_of(pane: Pane) -> None:
    page = shown_image(pane, picture())
    pane.show(answered("{}"))
    assert not page.image.has_image
    assert not page.busy
