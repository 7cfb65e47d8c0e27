"""What was typed in environments and is not saved: it outlives the program. Never a secret."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer

from httpdesk.gui import draft_keeper
from httpdesk.gui.draft_keeper import DELAY_MS, DraftKeeper
from httpdesk.model.environment import Environment, ValueType, Variable

Draft = tuple[Environment, Environment]
"""(What was typed, what it began from)."""


class EnvironmentDrafts(QObject):
    """Keeps one draft for each environment; an edit is in the database within a second."""

    def __init__(self, keeper: DraftKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._drafts: dict[tuple[str, str], Draft] = {}
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._write)

    def restore(self, rows: Iterable[object]) -> None:
        """Take what the last run kept; damage is left out."""
        for row in rows:
            match row:
                case [str(root), dict(mine), dict(base)]:
                    typed, before = _read(mine), _read(base)
                    if typed is not None and before is not None:
                        self._drafts[(root, before.name)] = (typed, before)

    def keep(self, root: str, mine: Environment, base: Environment) -> None:
        """Keep what was typed; one that is as it began is no edit any more."""
        if mine == base:
            self.forget(root, base.name)
        elif self._drafts.get((root, base.name)) != (mine, base):
            self._drafts[(root, base.name)] = (mine, base)
            self._begin()

    def draft(self, root: str, name: str) -> Draft | None:
        """Return what was typed in an environment, None where nothing was."""
        return self._drafts.get((root, name))

    def has_any(self, root: str) -> bool:
        """Return whether anything was typed in the environments of a collection."""
        return any(key[0] == root for key in self._drafts)

    def forget(self, root: str, name: str) -> None:
        """Let go of what was typed: it is saved, or is not wanted."""
        if self._drafts.pop((root, name), None) is not None:
            self._begin()

    def flush(self) -> None:
        """Write what waits, now."""
        if self._timer.isActive():
            self._timer.stop()
            self._write()

    def _begin(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _write(self) -> None:
        rows = [[key[0], _data(mine), _data(base)] for key, (mine, base) in self._drafts.items()]
        self._keeper.keep_state(draft_keeper.ENVIRONMENT_DRAFTS, json.dumps(rows))


def _data(environment: Environment) -> dict[str, Any]:
    return {
        "name": environment.name,
        "protected": environment.protected,
        "color": environment.color,
        "extends": environment.extends,
        "dotenv": environment.dotenv,
        "description": environment.description,
        "unapplied": list(environment.unapplied),
        "variables": [_row(each) for each in environment.variables],
    }


def _row(variable: Variable) -> list[Any]:
    # A secret variable has no value here, whatever was typed.
    shown = replace(variable, value="") if variable.secret else variable
    name, value, enabled, secret, kind, description = astuple(shown)
    return [name, value, enabled, secret, kind.value, description]


def _read(data: dict[str, Any]) -> Environment | None:
    """Return what was written, None for what is damaged."""
    try:
        rows = tuple(
            Variable(name, value, bool(enabled), bool(secret), ValueType(kind), description)
            for name, value, enabled, secret, kind, description in data["variables"]
        )
        unapplied = tuple(map(str, data["unapplied"]))
        texts = {key: str(data[key]) for key in ("color", "extends", "dotenv", "description")}
        return Environment(
            str(data["name"]),
            bool(data["protected"]),
            variables=rows,
            unapplied=unapplied,
            **texts,
        )
    except (KeyError, TypeError, ValueError):
        return None
