"""The Log tab: what each attempt of a debugged request sent and received (statement 75)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.debug_log import debug_log
from httpdesk.gui import theme
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.text_fill import TextFill
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.exchange import Exchange

_BAR = 36


class LogView(QWidget):
    """The entries as text, credentials hidden; or how to have them.

    An exchange is over when it is shown, so there is nothing to follow.
    Signals: `saveRequested(text)`; `optionRequested` when the way to have a log is asked for.
    """

    saveRequested = Signal(str)
    optionRequested = Signal()

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._job = LatestJob(jobs, self)
        self.summary = PlainLabel(color="text2", elide=True)
        self.copy = TextButton(self.tr("Copy"), kind="flat")
        self.save = TextButton(self.tr("Save…"), kind="flat")
        self.editor = CodeEditor(self.tr("Log"))
        self.editor.set_read_only(True)
        self.editor.set_language("log")
        self.editor.set_wrap(True)
        self.fill = TextFill(self.editor)
        self.off = EmptyState(
            "", self.tr("Nothing was logged: Debug request is off."), self.tr("Show the option")
        )
        self.stack = QStackedWidget()
        self._build()
        self._job.finished.connect(self._on_text)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(lambda: self.saveRequested.emit(self._text))
        self.off.actionTriggered.connect(self.optionRequested)
        theme.follow(self._restyle)

    def _build(self) -> None:
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        keep_scaled(bar, (12, 0, 8, 0), spacing=4)
        bar.addWidget(self.summary, 1)
        bar.addWidget(self.copy)
        bar.addWidget(self.save)
        log = QWidget()
        column = QVBoxLayout(log)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(HLine())
        column.addWidget(self.editor, 1)
        self.stack.addWidget(log)
        self.stack.addWidget(self.off)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    def show_exchange(self, exchange: Exchange) -> None:
        """Show the log of an exchange; it is made in a job, because there may be 91 attempts."""
        self._job.drop()
        self.fill.stop()
        self._text = ""
        self.editor.clear()
        for button in (self.copy, self.save):
            button.setEnabled(False)
        if not exchange.request.options.debug:
            self.stack.setCurrentWidget(self.off)
            return
        self.stack.setCurrentIndex(0)
        self.summary.setText(_attempts(len(exchange.attempts)))

        def make(_cancel: CancelToken) -> str:
            return "\n\n".join(str(entry) for entry in debug_log(exchange)) + "\n"

        self._job.start(make)

    def _on_text(self, text: object) -> None:
        self._text = str(text)
        self.fill.show(self._text)
        for button in (self.copy, self.save):
            button.setEnabled(True)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))


def _attempts(count: int) -> str:
    translate = QCoreApplication.translate
    if count == 1:
        return translate("LogView", "1 attempt, credentials hidden")
    return translate("LogView", "{0} attempts, credentials hidden").format(count)
