"""Values out of responses that later requests use as variables."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from httpdesk.gui.parts import WindowParts
from httpdesk.model.request import SetVariable

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document
    from httpdesk.gui.request_commands import RequestCommands
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.response import BodyHandle

_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")


class TakenValues(QObject):
    """Keeps what sends have taken out of responses, until the program ends (statement 80)."""

    def __init__(self, parts: WindowParts, requests: RequestCommands) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._requests = requests
        parts.sender.exchangeFinished.connect(self._exchange_finished)

    def use(self, document: Document, exchange: Exchange, key: str, selector: str) -> None:
        """Take a value of the response as a variable, now and after each send of the request.

        What a request says for it is put on the clipboard.
        """
        request = document.request
        action = next((each for each in request.actions if each.selector == selector), None)
        if action is None:
            action = SetVariable(self._free_name(document, key), selector)
            changed = replace(request, actions=(*request.actions, action))
            self._parts.documents.edit(document, changed)
        QGuiApplication.clipboard().setText("{{" + action.name + "}}")
        words = self.tr("{0} is copied. Each send of this request sets it anew.")
        text = words.format("{{" + action.name + "}}")
        self._parts.notices.undo(text, partial(self.remove, document, action))
        if exchange.response is not None:
            work = partial(_take, action, exchange.response.body)
            self._parts.jobs.start(work).finished.connect(self._keep)

    def remove(self, document: Document, action: SetVariable) -> None:
        """Take a value no more, and forget the one that was taken."""
        if self._parts.documents.by_id(document.id) is document:
            left = tuple(each for each in document.request.actions if each != action)
            self._parts.documents.edit(document, replace(document.request, actions=left))
        self._parts.workspace.taken.pop(action.name, None)
        self._tell_scopes()

    def _free_name(self, document: Document, key: str) -> str:
        """Return a name that says what is taken and is nobody else's."""
        wanted = _NO_NAME.sub("_", key).strip("_") or "value"
        used = {action.name for action in document.request.actions}
        used |= {name for name, _ in document.request.variables}
        used |= set(self._parts.workspace.taken)
        name, number = wanted, 1
        while name in used:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def _exchange_finished(self, document: Document, exchange: Exchange) -> None:
        self._keep(exchange.taken)
        for action in exchange.not_taken:
            words = self.tr("{0} was not set: the response of {1} has no {2}.")
            request = document.request.name or exchange.request.url.host_ascii
            self._parts.notices.say(
                words.format("{{" + action.name + "}}", request, action.selector), "warning"
            )

    def _keep(self, taken: tuple[tuple[str, str], ...]) -> None:
        if not taken:
            return
        self._parts.workspace.taken.update(taken)
        self._tell_scopes()

    def _tell_scopes(self) -> None:
        for document in self._parts.documents.all():
            self._requests.refresh_scope(document)


def _take(action: SetVariable, body: BodyHandle, _cancel: object) -> tuple[tuple[str, str], ...]:
    from httpdesk.render.json_select import taken_values
    from httpdesk.render.rows import Stopped

    try:
        return taken_values((action,), body)[0]
    except Stopped:
        return ()
