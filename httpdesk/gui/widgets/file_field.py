"""A field for the path of a file: typed, chosen or dropped."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.scaled_layout import keep_scaled


def choose_file(parent: QWidget, title: str, kinds: str = "") -> str:
    """Ask for a file; return its path, "" when the user thought better of it.

    `kinds` are the filters of QFileDialog, such as `Certificates (*.pem)`.
    """
    path, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return path


def certificate_files() -> str:
    """Return the filters for files with certificates and keys."""
    names = "*.pem *.crt *.cer *.key *.p12 *.pfx"
    certificates = QCoreApplication.translate("FileField", "Certificates and keys")
    return f"{certificates} ({names});;{QCoreApplication.translate('FileField', 'All files')} (*)"


class FileField(QWidget):
    """A line with a button that opens the system's dialog; files can be dropped on it.

    Signals: `finished` when typing has ended, or a file was chosen, and the path is another one.
    """

    finished = Signal()

    def __init__(self, name: str, kinds: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.choose = TextButton(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose: {0}").format(name))
        self._name, self._kinds, self._told = name, kinds, ""
        row = QHBoxLayout(self)
        keep_scaled(row, spacing=8)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose)
        self.setFocusProxy(self.line)
        self.line.installEventFilter(self)
        self.line.editingFinished.connect(self._finish)
        self.choose.clicked.connect(self._choose)
        theme.follow(self._restyle)

    def text(self) -> str:
        """Return the path."""
        return self.line.text().strip()

    def set_text(self, path: str) -> None:
        """Show another path; nobody is told."""
        self._told = path
        if path != self.line.text():
            self.line.setText(path)

    def take(self, path: str) -> None:
        """Take a path as the user gives it."""
        self.line.setText(path)
        self._finish()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and _file(event):
            event.acceptProposedAction()
            if not isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.Drop:
                self.take(_file(event))
            return True
        return super().eventFilter(watched, event)

    def _choose(self) -> None:
        path = choose_file(self, self._name, self._kinds)
        if path:
            self.take(path)

    def _finish(self) -> None:
        if self.text() != self._told:
            self._told = self.text()
            self.finished.emit()

    def _restyle(self) -> None:
        self.line.setFont(theme.mono_font(12))


def _file(event: QDropEvent) -> str:
    """Return the first file that is dragged, "" when there is none."""
    return next((url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()), "")
