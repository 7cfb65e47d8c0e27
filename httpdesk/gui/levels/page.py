"""The page of one collection or folder: headers, variables, sign-in, options and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.engine.inherited_options import InheritedOption
from httpdesk.engine.masking import MASK, is_credential_key, mask_header_value
from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.key_value_table import KeyValueModel, Wording
from httpdesk.gui.levels.conflict import LevelConflict
from httpdesk.gui.levels.sign_in import SignInTab
from httpdesk.gui.notes.notes_tab import NotesTab
from httpdesk.gui.options.options_tab import OptionsTab, changed_options
from httpdesk.gui.page import Page
from httpdesk.gui.tables.flat_table import PaneScroll
from httpdesk.gui.tables.header_words import suggest
from httpdesk.gui.tables.row_section import RowSection
from httpdesk.gui.tables.row_table import RowTable
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.tab_row import TabRow
from httpdesk.model.environment import Variable
from httpdesk.model.level import Level, LoadedLevel
from httpdesk.model.request import Header

HEADERS, VARIABLES, AUTH, OPTIONS, NOTES = "headers", "variables", "auth", "options", "notes"
_HEAD: Final = 56
_INSET: Final = 12


def _mask(name: str, value: str) -> str:
    return MASK if value and is_credential_key(name) else value


class LevelPage(Page):
    """A head with Save, and tabs as a request has them.

    Signals:
        edited: the user changed something; `is_edited` says whether the file holds another.
        saveAsked: what is shown is to be saved.
        dropped(level): what was typed, before the file's version was taken.
        levelAsked(path): of the level outside that an option comes from.
        linkRequested(url): of a link in the notes that the user agreed to open.
    """

    edited = Signal()
    saveAsked = Signal()
    dropped = Signal(object)
    levelAsked = Signal(str)
    linkRequested = Signal(str)

    saves = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded = LoadedLevel(Level(), "", "")
        self._base = Level()
        """What was typed began from this; the file's level but while a conflict is open."""
        self._outer = ""
        self._filling = False
        self._icon = QLabel()
        self.name = PlainLabel(px=16, weight=600, elide=True)
        self.place = PlainLabel(color="text2", elide=True)
        self.save_button = TextButton(self.tr("Save"))
        self.conflict = LevelConflict()
        self.tabs = TabRow(self.tr("Settings of the folder"))
        self._stack = QStackedWidget()
        self._header_rows = KeyValueModel(
            Header,
            Wording(self.tr("Add header"), self.tr("Header {0} of {1}")),
            self,
            mask=mask_header_value,
        )
        self._variable_rows = KeyValueModel(
            Variable,
            Wording(self.tr("Add variable"), self.tr("Variable {0} of {1}")),
            self,
            mask=_mask,
        )
        self.headers = RowSection(
            RowTable(self._header_rows, self.tr("Headers"), words=suggest), ""
        )
        self.variables = RowSection(RowTable(self._variable_rows, self.tr("Variables")), "")
        self.sign_in = SignInTab()
        self.options = OptionsTab()
        self.notes = NotesTab(of_request=False)
        self.kept = PlainLabel("", px=12, color="text3", elide=True)
        self._build()
        self._connect()
        theme.follow(self._restyle)

    # Showing

    @property
    def loaded(self) -> LoadedLevel:
        """The level as its file has it."""
        return self._loaded

    def show_level(self, loaded: LoadedLevel, mine: Level | None = None) -> None:
        """Show what the file holds, or what was typed over it."""
        self._loaded = loaded
        if not self.conflict.is_open:
            self._base = loaded.level
        self._fill(mine or loaded.level)

    def follow(self, loaded: LoadedLevel) -> None:
        """Take over a file that was changed elsewhere; what was typed is merged with it.

        Where both changed the same the user decides, and sees both sides before.
        """
        if self.conflict.is_open:
            self._show_mine()
        self.show_level(loaded, self.conflict.merge(self._base, self.level(), loaded.level))

    @property
    def base(self) -> Level:
        """What was typed is an edit of this."""
        return self._base

    def level(self) -> Level:
        """Return what the page says; while the file's version is looked at, what was typed."""
        if self.conflict.mine is not None:
            return self.conflict.mine
        held = self._loaded.level
        options = replace(self.options.options(), connection=self.sign_in.connection)
        return replace(
            held,
            headers=cast("tuple[Header, ...]", self._header_rows.rows()),
            variables=cast("tuple[Variable, ...]", self._variable_rows.rows()),
            options=options,
            notes=self.notes.notes(),
        )

    @property
    def is_edited(self) -> bool:
        """Whether the page says something else than the file."""
        return self.level() != self._loaded.level

    def set_inherited(self, inherited: Mapping[str, InheritedOption], outer: str) -> None:
        """Say which options come from outside, and what signs in from there."""
        self._outer = outer
        self.options.set_inherited(inherited)
        self.sign_in.show_choice(self.sign_in.connection, self._loaded.level.auth, outer)

    def set_connections(self, names: Sequence[str]) -> None:
        """Say which connections there are."""
        self.sign_in.set_names(names)

    def save(self) -> None:
        """Have what is shown saved, once it is decided what to keep of a conflict."""
        button = self.conflict.main_button
        if self.conflict.is_open and button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.is_edited:
            self.saveAsked.emit()

    def begin(self) -> None:
        """Put the focus on the tabs."""
        self.tabs.bar.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return head, what is asked, and the content."""
        return [
            (self._head, None),
            (self.conflict, self.conflict.main_button),
            (self.tabs, None),
            (self._stack, None),
        ]

    # Building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = QWidget()
        self._heading = QHBoxLayout(self._head)
        self._heading.addWidget(self._icon)
        self._heading.addWidget(self.name)
        self._heading.addWidget(self.place, 1)
        self._heading.addWidget(self.save_button)
        column.addWidget(self._head)
        column.addWidget(HLine())
        column.addWidget(self.conflict)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self._kept_row = QWidget()
        kept = QHBoxLayout(self._kept_row)
        keep_scaled(kept, (_INSET, 4, _INSET, 6))
        kept.addWidget(self.kept, 1)
        column.addWidget(self._kept_row)
        self._kept_row.hide()
        pages = (
            (HEADERS, self.tr("Headers"), _scroll(self.headers)),
            (VARIABLES, self.tr("Variables"), _scroll(self.variables)),
            (AUTH, self.tr("Auth"), self.sign_in),
            (OPTIONS, self.tr("Options"), self.options),
            (NOTES, self.tr("Notes"), self.notes),
        )
        for key, title, page in pages:
            self.tabs.add_tab(key, title)
            self._stack.addWidget(page)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(
            lambda key: self._stack.setCurrentIndex(self.tabs.keys().index(key))
        )
        for part in (
            self._header_rows,
            self._variable_rows,
            self.sign_in,
            self.options,
            self.notes,
        ):
            part.edited.connect(self._on_edited)
        self.notes.linkRequested.connect(self.linkRequested)
        self.options.originAsked.connect(lambda origin: self.levelAsked.emit(origin.path))
        self.save_button.clicked.connect(self.save)
        self.conflict.sideAsked.connect(self._show_side)
        self.conflict.decided.connect(self._decide)

    # Following

    def _fill(self, level: Level) -> None:
        self._filling = True
        self._header_rows.set_rows(level.headers)
        self._variable_rows.set_rows(level.variables)
        self.sign_in.show_choice(level.options.connection, level.auth, self._outer)
        self.options.set_options(level.options)
        self.notes.set_notes(level.notes, ())
        self._filling = False
        self._show_facts()

    def _on_edited(self) -> None:
        if not self._filling:
            self._show_facts()
            self.edited.emit()

    def _show_facts(self) -> None:
        level, words = self.level(), self._loaded.level.unapplied
        self.name.setText(level.name)
        root, path = self._loaded.root, self._loaded.path
        icon = "folder" if path else "layers"
        self._icon.setPixmap(icons.pixmap(icon, "accent_text", theme.scaled(20)))
        self.place.setText(f"{PurePath(root).name}/{path}" if path else root)
        for key, rows in ((HEADERS, level.headers), (VARIABLES, level.variables)):
            count = sum(row.enabled for row in rows)
            self.tabs.set_badge(key, str(count) if count else None)
        changed = changed_options(level.options)
        told = self.tr("Says: {0}").format(", ".join(changed))
        self.tabs.set_dot(OPTIONS, "accent" if changed else None, told)
        self.save_button.setEnabled(self.is_edited and not self.conflict.is_open)
        self.kept.setText(self.tr("Kept, but not used yet: {0}").format(", ".join(words)))
        self._kept_row.setVisible(bool(words))

    def _show_side(self, theirs: bool) -> None:
        """Show the file's version instead of what was typed, or what was typed again."""
        if theirs:
            self.conflict.mine = self.level()
            self._fill(self._loaded.level)
            self._stack.setEnabled(False)
        else:
            self._show_mine()

    def _show_mine(self) -> None:
        mine, self.conflict.mine = self.conflict.mine, None
        self._stack.setEnabled(True)
        if mine is not None:
            self._fill(mine)

    def _decide(self, mine: bool) -> None:
        typed = self.level()
        self._show_mine()
        self.conflict.close_it()
        self._base = self._loaded.level
        if not mine:
            self._fill(self._loaded.level)
            self.dropped.emit(typed)
        self._on_edited()

    def put_back(self, level: Level) -> None:
        """Fill in again what was typed before the file's version was taken."""
        self._fill(level)
        self._on_edited()

    def _restyle(self) -> None:
        self._head.setFixedHeight(theme.scaled(_HEAD))
        inset = theme.scaled(_INSET)
        self._heading.setContentsMargins(inset, 0, inset, 0)
        self._heading.setSpacing(theme.scaled(_INSET))
        self._show_facts()


def _scroll(section: RowSection) -> PaneScroll:
    holder = PaneScroll()
    holder.column.addWidget(section)
    holder.follow_table(section.table)
    return holder
