"""What stands in place of bytes that have no other view: an image, or what is known of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.response import body_words
from httpdesk.gui.response.body_content import BodyGone, read_start
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.response.image_view import LARGEST_FILE, ImagePreview, ImageView, decode_image
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.render.content_type import Rendering


class FactsPage(BodyPage):
    """Shows an image whole; of other bytes their kind and size, and a way to save them."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._body: ShownBody | None = None
        self._job = LatestJob(tools.jobs, self)
        self.image = ImageView()
        self.message = EmptyState("-", "-", self.tr("Save…"))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.image)
        self.stack.addWidget(self.message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self.message.actionTriggered.connect(lambda: self.actionRequested.emit(SAVE))
        self._job.finished.connect(self._on_preview)

    @property
    def busy(self) -> bool:
        """Whether the image is still being decoded."""
        return self._job.running

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show the image, or what is known of the bytes."""
        self._job.drop()
        self._body = body
        if body.rendering is Rendering.IMAGE:
            self._job.start(partial(_preview, body))
        else:
            self._show_message(body_words.binary_text(body)[1])

    def clear(self) -> None:
        """Let go of the body."""
        self._job.drop()
        self._body = None
        self.image.set_image(None, "")

    def _on_preview(self, preview: object) -> None:
        if not isinstance(preview, ImagePreview):
            return
        assert self._body is not None
        image = preview.image
        if image is None:
            size = preview.size
            words = body_words.no_preview_text(
                size.width(), size.height(), too_large=preview.too_large
            )
            self._show_message(words)
            return
        size_text = self.tr("{0:,} by {1:,} pixels").format(image.width(), image.height())
        title = f"{body_words.binary_text(self._body)[0]}, {size_text}"
        self.notices = (Notice(title, "slate", ((SAVE, self.tr("Save…")),)),)
        self.image.set_image(image, title)
        self.stack.setCurrentWidget(self.image)
        self.shown.emit()

    def _show_message(self, words: str) -> None:
        assert self._body is not None
        self.notices = ()
        self.message.title.setText(body_words.binary_text(self._body)[0])
        self.message.text.setText(words)
        self.stack.setCurrentWidget(self.message)
        self.shown.emit()


def _preview(body: ShownBody, _cancel: CancelToken) -> ImagePreview | None:
    """Decode the image on a worker; None when its bytes were given back meanwhile."""
    if body.handle.size > LARGEST_FILE:
        return ImagePreview(None, QSize(), too_large=True)
    try:
        return decode_image(read_start(body.handle, body.handle.size), body.format_name)
    except BodyGone:
        return None
