"""The settings as a page: every change holds at once and is saved at once."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.page import Page, scrolled
from httpdesk.gui.preferences.appearance import AppearanceSection
from httpdesk.gui.preferences.history_section import HistorySection
from httpdesk.gui.preferences.proxy_section import ProxySection
from httpdesk.gui.preferences.secrets_section import SecretsSection
from httpdesk.gui.preferences.tls_section import TlsSection
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.reading_order import tab_stops
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.settings import Settings

APPEARANCE, PROXY, TLS, SECRETS = "appearance", "proxy", "tls", "secrets"
HISTORY = "history"
_WIDTH = 744
_INSET = 24
_HEADER = 56


class PreferencesPage(Page):
    """A heading and the groups of options in one column that scrolls.

    Signals: `changed(values)`, a dict of the options that the user changed; `refreshAsked` when
    what the page tells of the history is to be read again.
    """

    changed = Signal(dict)
    refreshAsked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.appearance = AppearanceSection()
        self.proxy = ProxySection()
        self.tls = TlsSection()
        self.secrets = SecretsSection()
        self.history = HistorySection()
        self.note = PlainLabel(self.tr("Changes are saved at once"), px=12, color="text3")
        self._icon = QLabel()
        self.sections: dict[str, Form] = {
            APPEARANCE: self.appearance,
            PROXY: self.proxy,
            TLS: self.tls,
            SECRETS: self.secrets,
            HISTORY: self.history,
        }
        self._build()
        for section in (self.appearance, self.proxy, self.tls, self.secrets, self.history):
            section.changed.connect(self.changed)
        self.tls.editorOpened.connect(self._show_whole)
        theme.follow(self._restyle)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = QWidget()
        self._heading = QHBoxLayout(self._header)
        self._heading.addWidget(self._icon)
        self._heading.addWidget(PlainLabel(self.tr("Settings"), px=16, weight=600))
        self._heading.addWidget(self.note)
        self._heading.addStretch(1)
        column.addWidget(self._header)
        column.addWidget(HLine())
        column.addWidget(self._build_scroll(), 1)

    def _build_scroll(self) -> QScrollArea:
        self._groups = QWidget()
        self._column = QVBoxLayout(self._groups)
        for place, section in enumerate(self.sections.values()):
            if place:
                self._column.addWidget(HLine())
            self._column.addWidget(section)
        self._holder = holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._groups, 1, Qt.AlignmentFlag.AlignTop)
        row.addStretch(0)
        self._row = row
        self.area = scrolled(holder)
        return self.area

    # Showing

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now."""
        self.appearance.show_settings(settings)
        self.proxy.show_settings(settings)
        self.tls.show_settings(settings)
        self.secrets.show_settings(settings)
        self.history.show_settings(settings)

    def follow_settings(self, _before: Settings, now: Settings) -> None:
        """Show what somebody else changed."""
        self.show_settings(now)

    def set_read_only(self) -> None:
        """Say that a later version's file is in force, and take no changes."""
        self.note.setText(
            self.tr("A later version of HTTPDesk wrote these settings; this one can't change them")
        )
        self.note.set_color("amber")
        self._groups.setEnabled(False)

    def show_section(self, name: str) -> None:
        """Scroll to a group of options and put the focus into it."""
        section = self.sections[name]
        # A page that was just made has no layout yet.
        QTimer.singleShot(0, section, lambda: self._scroll_to(section))

    def show_unlock(self) -> None:
        """Scroll to the encrypted file and put the focus where it is unlocked."""
        QTimer.singleShot(0, self.secrets, self._scroll_to_unlock)

    def begin(self) -> None:
        """Put the focus on the first option."""
        self._enter(self._groups)

    def _scroll_to(self, section: Form) -> None:
        self._enter(section)
        self._put_on_top(section)

    def _scroll_to_unlock(self) -> None:
        self._put_on_top(self.secrets)
        self.secrets.vault.ask_to_unlock()

    def _show_whole(self, group: QWidget) -> None:
        """Scroll to fields that were just opened, unless all of them are in view."""
        # They have no place before the layout has run.
        QTimer.singleShot(0, group, lambda: self._put_on_top(group, unless_seen=True))

    def _put_on_top(self, group: QWidget, *, unless_seen: bool = False) -> None:
        top = group.mapTo(self._holder, QPoint(0, 0)).y()
        bar = self.area.verticalScrollBar()
        end = bar.value() + self.area.viewport().height()
        if not (unless_seen and bar.value() <= top and top + group.height() <= end):
            bar.setValue(top - theme.scaled(_INSET))

    def _enter(self, group: QWidget) -> None:
        stops = tab_stops(group)
        (stops[0] if stops else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _restyle(self) -> None:
        inset = theme.scaled(_INSET)
        self._header.setFixedHeight(theme.scaled(_HEADER))
        self._heading.setContentsMargins(inset, 0, inset, 0)
        self._heading.setSpacing(theme.scaled(12))
        self._icon.setPixmap(icons.pixmap("settings", "accent_text", theme.scaled(20)))
        self._groups.setMaximumWidth(theme.scaled(_WIDTH) + 2 * inset)
        self._column.setContentsMargins(inset, theme.scaled(20), inset, inset)
        self._column.setSpacing(theme.scaled(20))
