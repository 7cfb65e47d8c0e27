"""Every command of the window in one table: name, words, shortcuts, menu and icon.

The menu, the palette, tooltips and the list of shortcuts are all built from this table, so that
no command can be missing from one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

CONTEXT = "Actions"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One command. The first shortcut is the one that menus and tooltips show."""

    id: str
    text: str
    menu: str = ""
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    in_palette: bool = True
    separator: bool = False
    """Whether the menu has a line above it."""


def _spec(id: str, text: str, menu: str = "", *shortcuts: str, **more: object) -> ActionSpec:
    return ActionSpec(id, text, menu, shortcuts, **more)  # type: ignore[arg-type]


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark `text` for the extractor under the name it looks for; it is translated where shown."""
    return text


_T = QT_TRANSLATE_NOOP
MENUS = (
    ("file", _T(CONTEXT, "File")),
    ("edit", _T(CONTEXT, "Edit")),
    ("view", _T(CONTEXT, "View")),
    ("request", _T(CONTEXT, "Request")),
    ("go", _T(CONTEXT, "Go")),
    ("help", _T(CONTEXT, "Help")),
)

TABLE: tuple[ActionSpec, ...] = (
    _spec("request.new", _T(CONTEXT, "New request"), "file", "Ctrl+N", "Ctrl+T", icon="plus"),
    _spec("connection.new", _T(CONTEXT, "New connection"), "file", "Ctrl+Shift+N", icon="plug"),
    _spec("environment.new", _T(CONTEXT, "New environment"), "file", icon="sliders-horizontal"),
    _spec("collection.new", _T(CONTEXT, "New collection…"), "file", icon="layers"),
    _spec("collection.open", _T(CONTEXT, "Open collection…"), "file", "Ctrl+O", icon="folder-open"),
    _spec(
        "collection.sample",
        _T(CONTEXT, "Open the sample collection"),
        "file",
        "Ctrl+Shift+O",
        icon="boxes",
    ),
    _spec("request.save", _T(CONTEXT, "Save"), "file", "Ctrl+S", icon="save", separator=True),
    _spec("request.save-as", _T(CONTEXT, "Save as…"), "file", "Ctrl+Shift+D"),
    _spec("draft.discard", _T(CONTEXT, "Discard draft"), "file", icon="undo-2"),
    _spec("request.versions", _T(CONTEXT, "Version history"), "file", icon="history"),
    _spec("tab.close", _T(CONTEXT, "Close tab"), "file", "Ctrl+W", separator=True),
    _spec("tab.reopen", _T(CONTEXT, "Reopen closed tab"), "file", "Ctrl+Shift+T"),
    _spec("collection.close", _T(CONTEXT, "Close collection"), "file"),
    _spec("settings", _T(CONTEXT, "Settings"), "file", "Ctrl+,", icon="settings", separator=True),
    _spec("settings.proxy", _T(CONTEXT, "Proxy settings"), icon="globe"),
    _spec("settings.tls", _T(CONTEXT, "Certificates"), icon="shield-check"),
    _spec("settings.secrets", _T(CONTEXT, "Secrets"), icon="lock"),
    _spec("settings.history", _T(CONTEXT, "Limits of the history"), icon="history"),
    _spec("app.quit", _T(CONTEXT, "Quit"), "file", "Ctrl+Q", separator=True),
    _spec("edit.undo", _T(CONTEXT, "Undo"), "edit", "Ctrl+Z", icon="undo-2"),
    _spec("edit.redo", _T(CONTEXT, "Redo"), "edit", "Ctrl+Shift+Z", "Ctrl+Y", icon="redo-2"),
    _spec(
        "item.duplicate", _T(CONTEXT, "Duplicate"), "edit", "Ctrl+D", icon="copy", separator=True
    ),
    _spec("item.rename", _T(CONTEXT, "Rename"), "edit", "F2", icon="pencil"),
    _spec("item.move", _T(CONTEXT, "Move to folder…"), "edit"),
    _spec("item.move-up", _T(CONTEXT, "Move up in the collection"), "edit", icon="arrow-up"),
    _spec("item.move-down", _T(CONTEXT, "Move down in the collection"), "edit", icon="arrow-down"),
    _spec("item.versions", _T(CONTEXT, "Version history of the request"), "edit", icon="history"),
    _spec("item.delete", _T(CONTEXT, "Delete from the collection"), "edit", icon="trash-2"),
    _spec(
        "folder.settings",
        _T(CONTEXT, "Open settings of the folder"),
        "edit",
        "Alt+Return",
        icon="folder-open",
    ),
    _spec("folder.new", _T(CONTEXT, "New folder…"), "edit", icon="folder-plus", separator=True),
    _spec("find.open", _T(CONTEXT, "Find"), "edit", "Ctrl+F", icon="search", separator=True),
    _spec("find.next", _T(CONTEXT, "Find next"), "edit", "F3"),
    _spec("find.previous", _T(CONTEXT, "Find previous"), "edit", "Shift+F3"),
    _spec(
        "find.collections",
        _T(CONTEXT, "Find in collections"),
        "edit",
        "Ctrl+Shift+F",
        icon="search",
        separator=True,
    ),
    _spec("find.in-folder", _T(CONTEXT, "Find in this folder"), icon="search"),
    _spec("find.next-hit", _T(CONTEXT, "Next place found in the collections"), "edit", "F4"),
    _spec(
        "find.previous-hit",
        _T(CONTEXT, "Previous place found in the collections"),
        "edit",
        "Shift+F4",
    ),
    _spec(
        "filter.body", _T(CONTEXT, "Filter JSON response"), "edit", "Ctrl+Shift+J", icon="filter"
    ),
    _spec("body.format", _T(CONTEXT, "Format the body"), "edit", "Ctrl+Shift+I"),
    _spec("view.sidebar", _T(CONTEXT, "Show or hide the sidebar"), "view", "Ctrl+B"),
    _spec("view.history", _T(CONTEXT, "Show the history"), "view", "Ctrl+Shift+H", icon="history"),
    _spec("history.clear", _T(CONTEXT, "Clear the history…"), icon="trash-2"),
    _spec("view.layout", _T(CONTEXT, "Switch the layout"), "view", "Ctrl+Shift+L"),
    _spec("view.maximise-request", _T(CONTEXT, "Maximise the request"), "view", "Ctrl+Shift+Up"),
    _spec(
        "view.maximise-response", _T(CONTEXT, "Maximise the response"), "view", "Ctrl+Shift+Down"
    ),
    _spec(
        "theme.system",
        _T(CONTEXT, "Theme: as the system"),
        "view",
        checkable=True,
        separator=True,
    ),
    _spec("theme.light", _T(CONTEXT, "Theme: light"), "view", checkable=True, icon="sun"),
    _spec("theme.dark", _T(CONTEXT, "Theme: dark"), "view", checkable=True, icon="moon"),
    _spec("text.larger", _T(CONTEXT, "Larger text"), "view", "Ctrl+=", "Ctrl++", separator=True),
    _spec("text.smaller", _T(CONTEXT, "Smaller text"), "view", "Ctrl+-"),
    _spec("text.reset", _T(CONTEXT, "Text at 100 %"), "view", "Ctrl+0"),
    _spec("view.menu-bar", _T(CONTEXT, "Always show the menu bar"), "view", checkable=True),
    _spec("send", _T(CONTEXT, "Send"), "request", "Ctrl+Return", "F5", "Ctrl+Enter", icon="send"),
    _spec("cancel", _T(CONTEXT, "Cancel the request"), "request", "Ctrl+.", icon="circle-stop"),
    _spec("retry-now", _T(CONTEXT, "Retry now"), "request", icon="rotate-cw"),
    _spec(
        "wire.show",
        _T(CONTEXT, "Show what will be sent"),
        "request",
        "Ctrl+Shift+B",
        icon="send",
        separator=True,
    ),
    _spec(
        "connection.connect",
        _T(CONTEXT, "Connect or refresh the connection"),
        "request",
        "Ctrl+Shift+K",
        icon="plug",
    ),
    _spec(
        "environment.choose",
        _T(CONTEXT, "Choose the environment"),
        "request",
        "Ctrl+E",
        separator=True,
    ),
    _spec("environment.edit", _T(CONTEXT, "Edit environments"), "request", "Ctrl+Shift+E"),
    _spec("url.copy", _T(CONTEXT, "Copy the resolved URL"), "request", icon="link"),
    _spec("send.save", _T(CONTEXT, "Send and save the body…"), "request"),
    _spec("send.no-retries", _T(CONTEXT, "Send without retries"), "request"),
    _spec("send.pages", _T(CONTEXT, "Send and follow pages"), "request"),
    _spec(
        "secure.inputs",
        _T(CONTEXT, "Secure inputs"),
        "request",
        checkable=True,
        separator=True,
    ),
    _spec(
        "secure.outputs",
        _T(CONTEXT, "Secure outputs"),
        "request",
        checkable=True,
    ),
    _spec(
        "response.save",
        _T(CONTEXT, "Save the response body…"),
        "request",
        "Ctrl+Shift+S",
        icon="download",
        separator=True,
    ),
    _spec("response.editor", _T(CONTEXT, "Open response in an editor"), "request"),
    _spec("response.example", _T(CONTEXT, "Save response as example…"), "request"),
    _spec("response.compare", _T(CONTEXT, "Compare with previous response"), "request"),
    _spec("history.of-request", _T(CONTEXT, "Past responses of this request"), "request"),
    _spec("response.environment", _T(CONTEXT, "Compare with another environment…"), "request"),
    _spec(
        "response.reveal",
        _T(CONTEXT, "Reveal masked values"),
        "request",
        "Ctrl+Shift+M",
        checkable=True,
    ),
    _spec("response.older", _T(CONTEXT, "Older response"), "request", "Alt+PgUp"),
    _spec("response.newer", _T(CONTEXT, "Newer response"), "request", "Alt+PgDown"),
    _spec(
        "palette", _T(CONTEXT, "Find a request or run a command"), "go", "Ctrl+K", "Ctrl+Shift+P"
    ),
    _spec("quick-open", _T(CONTEXT, "Quick open"), "go", "Ctrl+P"),
    _spec("focus.url", _T(CONTEXT, "Go to the URL"), "go", "Ctrl+L", separator=True),
    _spec("focus.collections", _T(CONTEXT, "Go to the collections"), "go"),
    _spec("pane.next", _T(CONTEXT, "Next pane"), "go", "F6"),
    _spec("pane.previous", _T(CONTEXT, "Previous pane"), "go", "Shift+F6"),
    _spec("tab.next", _T(CONTEXT, "Next tab"), "go", "Ctrl+PgDown", separator=True),
    _spec("tab.previous", _T(CONTEXT, "Previous tab"), "go", "Ctrl+PgUp"),
    _spec("tab.recent", _T(CONTEXT, "Recent tab"), "go", "Ctrl+Tab"),
    *(
        _spec(f"tab.{n}", _T(CONTEXT, "Tab {0}"), "", f"Ctrl+{n}", in_palette=False)
        for n in range(1, 9)
    ),
    _spec("tab.last", _T(CONTEXT, "Last tab"), "go", "Ctrl+9"),
    *(
        _spec(f"request-tab.{n}", _T(CONTEXT, "Request tab {0}"), "", f"Alt+{n}", in_palette=False)
        for n in range(1, 7)
    ),
    *(
        _spec(
            f"response-tab.{n}",
            _T(CONTEXT, "Response tab {0}"),
            "",
            f"Alt+Shift+{n}",
            in_palette=False,
        )
        for n in range(1, 7)
    ),
    _spec(
        "help.shortcuts", _T(CONTEXT, "Commands and their shortcuts"), "help", "F1", icon="keyboard"
    ),
)


class ActionTable(QObject):
    """The QActions of one window, by id."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._specs = {spec.id: spec for spec in TABLE}
        self._actions = {spec.id: self._make(spec, window) for spec in TABLE}
        window.addActions(list(self._actions.values()))

    def __getitem__(self, action_id: str) -> QAction:
        """Return the action; raises KeyError for an id that the table does not have."""
        return self._actions[action_id]

    def spec(self, action_id: str) -> ActionSpec:
        """Return what the table says of an action; raises KeyError on an unknown id."""
        return self._specs[action_id]

    def connect_all(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Connect each action to its handler; raises KeyError when the two do not agree."""
        for action_id in self._actions.keys() | handlers.keys():
            self._actions[action_id].triggered.connect(_without_checked(handlers[action_id]))

    def of_menu(self, menu: str) -> Iterator[tuple[ActionSpec, QAction]]:
        """Yield the commands of a menu in order."""
        return ((spec, self._actions[spec.id]) for spec in TABLE if spec.menu == menu)

    def for_palette(self) -> Iterator[tuple[ActionSpec, QAction]]:
        """Yield the commands that the palette lists."""
        return ((spec, self._actions[spec.id]) for spec in TABLE if spec.in_palette)

    @staticmethod
    def _make(spec: ActionSpec, window: QWidget) -> QAction:
        text = QCoreApplication.translate(CONTEXT, spec.text).format(spec.id.rpartition(".")[2])
        action = QAction(text, window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(spec.checkable)
        return action


def _without_checked(handler: Callable[[], object]) -> Callable[[], None]:
    """Keep the `checked` of QAction.triggered from becoming a handler's first argument."""

    def triggered() -> None:
        handler()

    return triggered


def menu_title(menu: str) -> str:
    """Return the translated title of a menu."""
    return QCoreApplication.translate(CONTEXT, dict(MENUS)[menu])


def shortcut_text(action: QAction) -> str:
    """Return the action's first shortcut as the system writes it, such as `Ctrl+S`."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
