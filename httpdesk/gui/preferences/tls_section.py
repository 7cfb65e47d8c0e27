"""Which versions of TLS are used, and whose certificates are believed and shown."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui.preferences.option_controls import OptionControl, sentence
from httpdesk.gui.preferences.rule_editor import RuleEditor
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.network_choices import TlsRule
from httpdesk.model.settings import Settings


class TlsSection(Form):
    """The oldest version, and the rules by host.

    Signals:
        changed(values): a dict of the options that the user changed.
        ruleDeleted(rules, words): the rules as they were before, for Undo, and what was deleted.
        filesAsked(editor, paths): answer with `editor.show_facts`.
        editorOpened(editor): the fields of a rule are there now.
    """

    changed = Signal(dict)
    ruleDeleted = Signal(tuple, str)
    filesAsked = Signal(object, tuple)
    editorOpened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("TLS and certificates"), parent)
        self._rules: tuple[TlsRule, ...] = ()
        self._editor: RuleEditor | None = None
        self._place = -1
        """Of the rule that is edited; the number of rules for a new one."""
        self.minimum = OptionControl(
            "minimum_tls",
            self.tr("Oldest version"),
            ("1.2", "1.3"),
            lambda value: self.changed.emit({"minimum_tls": value}),
        )
        self.add_button = TextButton(self.tr("Add a rule"), icon="plus")
        self.rows: list[RuleRow] = []
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._build()
        self.add_button.clicked.connect(self.add_rule)

    def _build(self) -> None:
        keep_scaled(self._column, spacing=0)
        self.add_row(self.tr("Oldest version"), self.minimum.widget, sentence("minimum_tls"))
        holder = QWidget()
        row = QHBoxLayout(holder)
        keep_scaled(row, (0, 0, 0, 0))
        row.addWidget(self.add_button)
        row.addStretch(1)
        self.add_row(self.tr("Rules"), holder, sentence("tls_rules"))
        self.add_wide(self._list)

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now; a rule that is being edited stays as it is typed."""
        self.minimum.show(settings.minimum_tls)
        if settings.tls_rules != self._rules or not self._column.count():
            self._rules = settings.tls_rules
            self._show_rules()

    def add_rule(self) -> None:
        """Open the fields of a new rule."""
        self._edit(len(self._rules))

    def edit_rule(self, place: int) -> None:
        """Open the fields of a rule."""
        self._edit(place)

    @property
    def editor(self) -> RuleEditor | None:
        """The fields that are open."""
        return self._editor

    # Inside

    def _show_rules(self) -> None:
        """List the rules anew around the open fields."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [RuleRow(rule) for rule in self._rules]
        for place, row in enumerate(self.rows):
            row.editRequested.connect(lambda at=place: self._edit(at))
            row.deleteRequested.connect(lambda at=place: self._delete(at))
            self._column.insertWidget(place, row)
            row.setVisible(place != self._place)
        if self._editor is not None:
            self._column.removeWidget(self._editor)
            self._column.insertWidget(self._place, self._editor)

    def _edit(self, place: int) -> None:
        self._close()
        rule = self._rules[place] if place < len(self._rules) else None
        self._place = place
        self._editor = editor = RuleEditor(rule, self._list)
        editor.changed.connect(self._take)
        editor.done.connect(self._finish)
        editor.filesAsked.connect(lambda paths: self.filesAsked.emit(editor, paths))
        self._show_rules()
        editor.show()
        if rule is not None:
            editor.ask_files()
        self.add_button.setEnabled(False)
        editor.host.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editorOpened.emit(editor)

    def _take(self, rule: TlsRule) -> None:
        rules = list(self._rules)
        rules[self._place : self._place + 1] = [rule]
        self._rules = tuple(rules)
        self._show_rules()
        self.changed.emit({"tls_rules": self._rules})

    def _finish(self) -> None:
        place = self._place
        self._close()
        self._show_rules()
        target = self.rows[place].edit if place < len(self.rows) else self.add_button
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _close(self) -> None:
        if self._editor is not None:
            self._column.removeWidget(self._editor)
            self._editor.hide()
            self._editor.deleteLater()
        self._editor, self._place = None, -1
        self.add_button.setEnabled(True)

    def _delete(self, place: int) -> None:
        before, gone = self._rules, self._rules[place]
        self._close()
        self._rules = before[:place] + before[place + 1 :]
        self._show_rules()
        target = self.rows[min(place, len(self.rows) - 1)].edit if self.rows else self.add_button
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit({"tls_rules": self._rules})
        self.ruleDeleted.emit(before, self.tr("Deleted the rule for {0}").format(gone.host))


class RuleRow(QWidget):
    """One rule in words, with what can be done to it.

    Signals: editRequested, deleteRequested.
    """

    editRequested = Signal()
    deleteRequested = Signal()

    def __init__(self, rule: TlsRule, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.host = PlainLabel(rule.host, px=12, mono=True, elide=True)
        self.words = PlainLabel(self._described(rule), px=12, color="text2", elide=True)
        self.edit = IconButton("pencil", self.tr("Edit the rule for {0}").format(rule.host))
        self.delete = IconButton("trash-2", self.tr("Delete the rule for {0}").format(rule.host))
        line = QWidget()
        row = QHBoxLayout(line)
        keep_scaled(row, (0, 2, 0, 2), spacing=8)
        row.addWidget(self.host, 2)
        row.addWidget(self.words, 3)
        row.addWidget(self.edit)
        row.addWidget(self.delete)
        column = QVBoxLayout(self)
        keep_scaled(column, spacing=0)
        column.addWidget(line)
        column.addWidget(HLine())
        self.edit.clicked.connect(self.editRequested)
        self.delete.clicked.connect(self.deleteRequested)

    def _described(self, rule: TlsRule) -> str:
        said = []
        if rule.ca_file:
            said.append(self.tr("trusts {0}").format(os.path.basename(rule.ca_file)))
        if rule.certificate:
            said.append(self.tr("shows {0}").format(os.path.basename(rule.certificate)))
        return ", ".join(said)
