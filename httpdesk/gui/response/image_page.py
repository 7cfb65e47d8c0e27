"""The Preview of images: decoded in a job, shown whole or as near as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.response import body_words, image_words
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.response.image_reading import LARGEST_FILE, ImagePreview, decode_image
from httpdesk.gui.response.image_view import ImageView
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.render.image_end import is_cut_short
from httpdesk.render.rows import Stopped, read_piece

_FIT, _OWN_SIZE = 0, 1


@dataclass(frozen=True, slots=True)
class ReadImage:
    """What a job has made of the bytes."""

    preview: ImagePreview
    notices: tuple[Notice, ...] = ()
    why_not: str = ""
    """Why there is no picture, in words, where its size does not say it."""


class ImagePage(BodyPage):
    """Shows an image whole, at its own size or as near as one likes; or says why it does not."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._body: ShownBody | None = None
        self._size = QSize()
        self.job = LatestJob(tools.jobs, self)
        """Its result is a `ReadImage`."""
        self.image = ImageView()
        self.message = EmptyState("-", "-", self.tr("Save…"))
        self.size_choice = Segmented(
            [self.tr("Fit"), self.tr("100 %")], self.tr("Size of the image")
        )
        self.facts = PlainLabel("", px=12, color="text2")
        self._build()
        self.job.finished.connect(self._on_read)
        self.image.zoomChanged.connect(self._show_zoom)
        self.size_choice.currentChanged.connect(self._choose_size)
        self.message.actionTriggered.connect(lambda: self.actionRequested.emit(SAVE))

    def _build(self) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.image)
        self.stack.addWidget(self.message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    @property
    def busy(self) -> bool:
        """Whether the image is still being decoded."""
        return self.job.running

    def show_body(self, body: ShownBody, view: str) -> None:
        """Decode the image in a job and show it."""
        self.job.drop()
        self._body = body
        self._set_notices()
        self.start(body)

    def start(self, body: ShownBody) -> None:
        """Start the job whose result is a `ReadImage`."""
        self.job.start(partial(_decode, body))

    def clear(self) -> None:
        """Let go of the body and of its pixels."""
        self.job.drop()
        self._body = None
        self.image.set_image(None, "")
        self._set_notices()

    def bar_widgets(self) -> tuple[QWidget, ...]:
        """Return format, size and zoom, and the choice of size."""
        return self.facts, self.size_choice

    def _on_read(self, result: object) -> None:
        if not isinstance(result, ReadImage) or self._body is None:
            return
        preview = result.preview
        self._set_notices(*result.notices)
        if preview.image is None:
            self.show_message(result.why_not or self._why(preview))
            return
        self._size = preview.size
        size = self.tr("{0:,} by {1:,} pixels").format(preview.size.width(), preview.size.height())
        description = f"{self._title()}, {size}"
        self.image.set_image(preview.image, description, preview.levels)
        self.stack.setCurrentWidget(self.image)
        self.size_choice.setEnabled(True)
        self._show_zoom()
        self.shown.emit()

    def _why(self, preview: ImagePreview) -> str:
        size = preview.size
        large = preview.too_large
        return body_words.no_preview_text(size.width(), size.height(), too_large=large)

    def show_message(self, words: str) -> None:
        """Say why there is no picture, in its place."""
        self.image.set_image(None, "")
        self.facts.setText("")
        self.size_choice.setEnabled(False)
        self.message.title.setText(self._title())
        self.message.text.setText(words)
        self.stack.setCurrentWidget(self.message)
        self.shown.emit()

    def _title(self) -> str:
        assert self._body is not None
        return image_words.image_title(self.format_of(self._body), self._body.handle.size)

    def format_of(self, body: ShownBody) -> str:
        """Return the name of the image's format."""
        return body.format_name

    def _show_zoom(self) -> None:
        if self._body is None or not self.image.has_image:
            return
        size = self._size
        self.facts.setText(
            self.tr("{0}, {1:,} by {2:,}, {3:.0f} %").format(
                self.format_of(self._body), size.width(), size.height(), self.image.zoom * 100
            )
        )
        with QSignalBlocker(self.size_choice):
            self.size_choice.set_current(_FIT if self.image.fits else _OWN_SIZE)

    def _choose_size(self, index: int) -> None:
        if index == _FIT:
            self.image.fit()
        else:
            self.image.set_zoom(1.0)


def _decode(body: ShownBody, _cancel: CancelToken) -> ReadImage | None:
    """Decode the image on a worker; None when its bytes were given back meanwhile."""
    try:
        size = body.handle.size
        if size > LARGEST_FILE:
            return ReadImage(ImagePreview(None, QSize(), too_large=True))
        cut_short = not body.growing and is_cut_short(body.handle, body.format_name)
        preview = decode_image(read_piece(body.handle, 0, size), body.format_name)
    except (Stopped, ValueError):
        return None
    return ReadImage(preview, image_words.cut_notices(cut_short))
