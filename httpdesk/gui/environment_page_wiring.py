"""Leads the pages of environments to what the window knows of them, and back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from httpdesk.engine.environment_ports import WORKSPACE, secret_name
from httpdesk.gui.environment_work import Change
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.system_editor import open_file
from httpdesk.gui.tabs import ENVIRONMENT, PageTab, Tab, page_tab
from httpdesk.model.environment import Environment, LoadedEnvironment
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.secrets import StoredSecret

if TYPE_CHECKING:
    from httpdesk.gui.environment_catalog import EnvironmentCatalog
    from httpdesk.gui.environment_drafts import EnvironmentDrafts
    from httpdesk.gui.environments.form import EnvironmentForm
    from httpdesk.gui.environments.page import EnvironmentPage


class EnvironmentPages(QObject):
    """Makes the page of a collection's environments when its tab is first shown.

    Edits are saved when a tab or the window is closed, so that none is lost; closing a tab can be
    undone.
    """

    def __init__(
        self, parts: WindowParts, keeper: EnvironmentCatalog, drafts: EnvironmentDrafts
    ) -> None:
        super().__init__(parts.window)
        self._parts, self._keeper, self._drafts = parts, keeper, drafts
        self._pages: dict[str, EnvironmentPage] = {}
        self._wanted: dict[str, tuple[str, str]] = {}
        """By folder the key of an environment to be shown, and a variable to be typed in it."""
        parts.editors.make_with(ENVIRONMENT, self._make)
        parts.documents.tabClosed.connect(self._on_closed)
        parts.window.closing.connect(self._save_all)  # type: ignore[attr-defined]
        parts.settings.secretChanged.connect(lambda _: self._list_secrets())
        keeper.changed.connect(self._follow)
        parts.workspace.environmentChanged.connect(lambda _: self._follow())
        keeper.moved.connect(self._on_moved)
        keeper.deleted.connect(lambda gone: self._on_deleted(gone.loaded))
        keeper.secretFailed.connect(self._on_secret_failed)

    def open(self, root: str, key: str = "", variable: str = "") -> None:
        """Show the page of a collection, at an environment and a variable if one is named."""
        self._wanted[root] = (key, variable)
        self._parts.documents.open_page(ENVIRONMENT, root)
        self._go(root)

    def page(self, root: str) -> EnvironmentPage | None:
        """Return the page of a collection when it was made already."""
        return self._pages.get(root)

    # The page

    def _make(self, tab: PageTab) -> EnvironmentPage:
        from httpdesk.gui.environments.page import EnvironmentPage

        root = tab.subject
        collection = self._parts.workspace.collection(root)
        name = collection.name if collection is not None else Path(root).name
        page = self._pages[root] = EnvironmentPage(name)
        page.formMade.connect(partial(self._wire, root))
        page.saveAsked.connect(lambda key: self._save(root, key))
        page.duplicateAsked.connect(lambda key: self._duplicate(root, key))
        page.deleteAsked.connect(lambda key: self._delete(root, key))
        page.useAsked.connect(lambda key: self._keeper.choose(root, key))
        page.newAsked.connect(self._parts.actions["environment.new"].trigger)
        self._show(root, page)
        self._list_secrets()
        return page

    def _wire(self, root: str, key: str, form: EnvironmentForm) -> None:
        form.revealAsked.connect(lambda name: self._reveal(root, form, name))
        form.againAsked.connect(
            lambda for_session: self._save(root, self._key(root, form), for_session=for_session)
        )
        form.editsDropped.connect(lambda typed: self._offer_back(form, typed))
        form.decided.connect(lambda what: self._decide(root, form, what))
        draft = self._drafts.draft(self._own_root(root, key), form.shown.name)
        if draft is not None:
            form.put_draft(*draft)
        form.edited.connect(lambda: self._keep_draft(root, form))
        self._list_secrets()

    def _own_root(self, root: str, key: str) -> str:
        """Return where the environment of a key lies: the workspace's is on every page."""
        from httpdesk.gui.environments.page import OF_WORKSPACE

        return WORKSPACE if key == OF_WORKSPACE else root

    def _keep_draft(self, root: str, form: EnvironmentForm) -> None:
        own = self._own_root(root, self._key(root, form))
        self._drafts.keep(own, form.environment(), form.shown)
        self._mark(root)

    def _mark(self, root: str) -> None:
        """Say in the tab whether anything is typed and not saved."""
        tab, page = self._parts.documents.tab(page_tab(ENVIRONMENT, root).id), self._pages[root]
        edited = self._drafts.has_any(root) or bool(page.edited())
        if isinstance(tab, PageTab) and tab.edited != edited:
            tab.edited = edited
            self._parts.documents.orderChanged.emit()

    def _key(self, root: str, form: EnvironmentForm) -> str:
        """Return the key that a form has by now."""
        return next((key for key, each in self._pages[root].forms.items() if each is form), "")

    def _show(self, root: str, page: EnvironmentPage) -> None:
        from httpdesk.gui.environments.page import key_of

        found = {key_of(each): each for each in self._all(root)}
        own = [key for key, each in found.items() if self._keeper.is_own(each)]
        page.show_environments(found, self._keeper.chosen_name(root), own)
        for form in page.forms.values():
            if not form.is_undecided:
                self._keep_draft(root, form)
        self._mark(root)
        self._go(root)

    def _all(self, root: str) -> list[LoadedEnvironment]:
        workspace = self._keeper.workspace()
        own = [] if root == WORKSPACE else list(self._keeper.of(root))
        return [*own, workspace] if workspace is not None else own

    def _go(self, root: str) -> None:
        """Show what was asked for, as soon as it is there."""
        key, variable = self._wanted.get(root, ("", ""))
        page = self._pages.get(root)
        if page is None or not page.isVisible() or not self._keeper.has_read:
            # A cell that is opened before the tab is in front would lose the focus again.
            return
        if key:
            page.choose(key)
        if key in ("", page.current):
            self._wanted.pop(root, None)
            if variable and page.form is not None:
                page.form.add_variable(variable)

    def _find(self, root: str, key: str) -> LoadedEnvironment | None:
        from httpdesk.gui.environments.page import OF_WORKSPACE

        if key == OF_WORKSPACE:
            return self._keeper.workspace()
        return self._keeper.named(root, key)

    # What is done

    def _save(self, root: str, key: str, *, for_session: bool = False) -> None:
        form, loaded = self._pages[root].forms.get(key), self._find(root, key)
        if form is None or loaded is None:
            return
        change = form.change(for_session=for_session)
        job = self._keeper.save(loaded, change)
        job.finished.connect(lambda _: self._saved(form, change))

    def _saved(self, form: EnvironmentForm, change: Change) -> None:
        if isValid(form):
            form.show_saved(change)
            self._follow()
            self._list_secrets()

    def _duplicate(self, root: str, key: str) -> None:
        loaded = self._find(root, key)
        if loaded is not None:
            self._keeper.duplicate(loaded, lambda made: self.open(root, made.environment.name))

    def _delete(self, root: str, key: str) -> None:
        loaded = self._find(root, key)
        if loaded is not None:
            self._keeper.delete(loaded)

    def _reveal(self, root: str, form: EnvironmentForm, name: str) -> None:
        kept = self._secret(root, form, name)
        shown = _Shown(form, name)
        self._parts.settings.read_secret(kept, shown.take, self._parts.notices.error)

    def _secret(self, root: str, form: EnvironmentForm, name: str) -> str:
        own = self._own_root(root, self._key(root, form))
        return secret_name(own, form.shown.name, name)

    # Closing

    def _on_closed(self, tab: Tab) -> None:
        if isinstance(tab, PageTab) and tab.kind == ENVIRONMENT:
            page = self._pages.pop(tab.subject, None)
            if page is not None:
                self._keep_edits(tab.subject, page)
                self._wanted.pop(tab.subject, None)

    def _save_all(self) -> None:
        """The window closes: the files are written before it ends."""
        self._drafts.flush()
        for root, page in self._pages.items():
            if isValid(page):
                self._keep_edits(root, page)

    def _keep_edits(self, root: str, page: EnvironmentPage) -> None:
        for key, form in page.edited().items():
            loaded = self._find(root, key)
            if loaded is None or loaded.problem is not None or form.is_undecided:
                self._keep_copy(root, form)
            else:
                told = partial(self._tell_kept, self._own_root(root, key), form.shown)
                self._keeper.keep_edits(loaded, form.change(), told)

    def _tell_kept(self, root: str, before: Environment, now: LoadedEnvironment) -> None:
        """Say what a closed tab saved; Undo brings back what the file said."""
        self._drafts.forget(root, before.name)
        words = self.tr("Saved {0}").format(now.environment.name)
        self._parts.notices.undo(words, lambda: self._keeper.save(now, Change(before)))

    def _keep_copy(self, root: str, form: EnvironmentForm) -> None:
        """Write what was typed beside the file, whose change was not looked at."""
        notices = self._parts.notices
        job = self._keeper.keep_copy(root, form.change())
        name = form.shown.name
        job.finished.connect(lambda _: self._drafts.forget(root, name))
        words = self.tr("Your edits are kept as {0}")
        job.finished.connect(lambda found: notices.say(words.format(found[0].environment.name)))

    # A file that is another

    def _offer_back(self, form: EnvironmentForm, typed: Change) -> None:
        words = self.tr("Took the file's version of {0}").format(typed.environment.name)
        self._parts.notices.undo(words, lambda: form.put_back(typed) if isValid(form) else None)

    def _decide(self, root: str, form: EnvironmentForm, what: str) -> None:
        """Do what was chosen about a file that is gone or cannot be read."""
        from httpdesk.gui.widgets import conflict_bar as bar

        key = self._key(root, form)
        loaded = self._find(root, key)
        if what == bar.OPEN and loaded is not None:
            open_file(str(Path(loaded.root) / loaded.path), self._parts.notices)
            return
        if what == bar.COPY:
            self._keep_copy(root, form)
        else:
            self._drafts.forget(root, form.shown.name)
        self._pages[root].drop(key)
        self._mark(root)

    # Following

    def _follow(self) -> None:
        for root, page in self._pages.items():
            self._show(root, page)

    def _on_moved(self, root: str, before: str, now: str) -> None:
        self._drafts.forget(root, before)
        page = self._pages.get(root)
        if page is not None:
            page.rename(before, now)

    def _on_deleted(self, loaded: LoadedEnvironment) -> None:
        page = self._pages.get(loaded.root)
        if page is not None:
            page.drop(loaded.environment.name)

    def _on_secret_failed(self, root: str, name: str, error: HttpDeskError) -> None:
        from httpdesk.gui.environments.page import OF_WORKSPACE
        from httpdesk.gui.messages import message_for

        message = message_for(error)
        key = OF_WORKSPACE if root == WORKSPACE else name
        for own_root, page in self._pages.items():
            form = page.forms.get(key)
            if form is not None and own_root == (root or own_root):
                session = self._parts.settings.settings.secrets != "session"
                form.show_secret_failure(message.title, message.text, offers_session=session)
                return
        self._parts.notices.error(error)

    def _list_secrets(self) -> None:
        if self._pages:
            self._parts.settings.list_secrets(self._show_secrets)

    def _show_secrets(self, stored: tuple[StoredSecret, ...]) -> None:
        names = {each.name for each in stored}
        for root, page in self._pages.items():
            for form in page.forms.values():
                start = self._secret(root, form, "")
                kept = [each.removeprefix(start) for each in names if each.startswith(start)]
                form.model.set_kept(kept)


class _Shown(QObject):
    """Takes one secret for a form; it goes with the form."""

    def __init__(self, form: EnvironmentForm, name: str) -> None:
        super().__init__(form)
        self._form, self._name = form, name

    def take(self, text: str) -> None:
        """Show the secret."""
        self._form.model.show_secret(self._name, text)
        self.deleteLater()
