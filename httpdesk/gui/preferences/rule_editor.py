"""The fields of one TLS rule."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.file_field import FileField, certificate_files
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.kept_secret import KeptSecret
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.network_choices import TlsRule

_HOST = re.compile(r"(?:\*|(?:\*\.)?[^\s/@*:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


class RuleEditor(Form):
    """Host, authority, client certificate with key and passphrase.

    Signals:
        changed(rule): the fields make another rule now, one that says something.
        filesAsked(paths): whether these files are there is wanted; answer with `show_facts`.
        done: the user has finished.
    """

    changed = Signal(object)
    filesAsked = Signal(tuple)
    done = Signal()

    def __init__(self, rule: TlsRule | None = None, parent: QWidget | None = None) -> None:
        super().__init__("", parent, padding=12)
        pem = certificate_files()
        self.host = QLineEdit()
        self.host.setAccessibleName(self.tr("Host that the rule is for"))
        self.host.setPlaceholderText("api.example, *.example, *")
        self.ca_file = FileField(self.tr("CA file"), pem)
        self.certificate = FileField(self.tr("Client certificate"), pem)
        self.key = FileField(self.tr("Key of the certificate"), pem)
        self.passphrase = KeptSecret(self.tr("Passphrase of the certificate"))
        self.close_button = TextButton(self.tr("Done"))
        self._rule = rule
        self._build()
        self._connect()
        if rule is not None:
            self._show(rule)
        theme.follow(self._restyle_host)

    def _build(self) -> None:
        self.host_row = self.add_row(
            self.tr("Host"),
            self.host,
            self.tr(
                "One name, *.name for all below it, or * for every host; with :port if needed."
            ),
        )
        self._files = {
            "ca_file": self.add_row(
                self.tr("CA file"),
                self.ca_file,
                self.tr("A PEM file whose authorities are trusted instead of the system's."),
            ),
            "certificate": self.add_row(
                self.tr("Certificate"),
                self.certificate,
                self.tr("What a server is shown that asks who you are: PEM or PKCS#12."),
            ),
            "key": self.add_row(
                self.tr("Key"), self.key, self.tr("Only when it is not in the certificate's file.")
            ),
        }
        self.add_row(
            self.tr("Passphrase"),
            self.passphrase,
            self.tr("Kept where Secrets below says; never in a file."),
        )
        row = QWidget()
        ends = QHBoxLayout(row)
        keep_scaled(ends, (0, 4, 0, 0))
        ends.addWidget(self.close_button)
        ends.addStretch(1)
        self.add_row("", row)

    def _connect(self) -> None:
        self.host.editingFinished.connect(self._read)
        for field in (self.ca_file, self.certificate, self.key):
            field.finished.connect(self._read)
        self.close_button.clicked.connect(self.done)

    def rule(self) -> TlsRule:
        """Return the rule as the fields have it."""
        return TlsRule(
            self.host.text().strip(),
            self.ca_file.text(),
            self.certificate.text(),
            self.key.text(),
        )

    def show_facts(self, facts: dict[str, object]) -> None:
        """Say which files can't be read; `facts` has an exception for each of these."""
        words = self.tr("This file can't be read. Is the path whole and right?")
        rule = self.rule()
        for name, row in self._files.items():
            path = getattr(rule, name)
            if path and path not in facts:
                continue  # facts of before it was typed, which may come late
            row.set_problem(words if isinstance(facts.get(path), Exception) else "")

    def ask_files(self) -> None:
        """Have the files looked at that the fields name."""
        rule = self.rule()
        paths = tuple(path for path in (rule.ca_file, rule.certificate, rule.key) if path)
        self.filesAsked.emit(paths)

    # Inside

    def _show(self, rule: TlsRule) -> None:
        self.host.setText(rule.host)
        self.ca_file.set_text(rule.ca_file)
        self.certificate.set_text(rule.certificate)
        self.key.set_text(rule.key)

    def _read(self) -> None:
        rule = self.rule()
        self.ask_files()
        problem = "" if _HOST.fullmatch(rule.host) else self.tr("Type a host, *.host or *.")
        self.host_row.set_problem(problem)
        says_something = rule.ca_file or rule.certificate
        if not problem and rule != self._rule and (says_something or self._rule is not None):
            self._rule = rule
            self.changed.emit(rule)
            # One that was typed before the file was named belongs to that file.
            if rule.certificate and self.passphrase.text():
                self.passphrase.enter(self.passphrase.text())

    def _restyle_host(self) -> None:
        self.host.setFont(theme.mono_font(12))
