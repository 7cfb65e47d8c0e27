"""Requests on disk: saved, renamed, moved, deleted; the tabs follow, the diffs stay small."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from httpdesk.gui.item_models.collection_tree import TreeRole
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.merge.merge_page import MergePage
from tests.helpers.desk import Desk, open_desk, wait_until

HELLO = "first-steps/say-hello.yml"


class Files:
    """What the files of a collection held at first, for telling what changed since."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._before = self._read()

    def changed(self) -> list[str]:
        """Return the paths of files that are new, gone or different."""
        now = self._read()
        paths = self._before.keys() | now.keys()
        return sorted(path for path in paths if self._before.get(path) != now.get(path))

    def changed_lines(self) -> list[str]:
        """Return the lines that a diff shows as removed or added, with their sign."""
        now = self._read()
        return [
            line
            for path in self.changed()
            for line in unified_diff(self._before.get(path, []), now.get(path, []), n=0)
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]

    def _read(self) -> dict[str, list[str]]:
        files = (path for path in self._root.rglob("*") if path.is_file())
        return {
            path.relative_to(self._root).as_posix(): path.read_text("utf-8").splitlines()
            for path in files
        }


def url_in(file: Path) -> str:
    """Return the URL in a request's file."""
    line = next(line for line in file.read_text("utf-8").splitlines() if "url:" in line)
    return line.partition("url:")[2].strip().strip('"')


def select(desk: Desk, root: str, path: str) -> None:
    desk.session.collections.select(ItemKey(root, path))
    desk.session.collections.focus_tree()


def choose(desk: Desk, key: str, value: object) -> None:
    """Choose in the small form that is open, and accept it."""
    form = desk.session.notices.form()
    wait_until(form.isVisible, "the form")
    field = form.field(key)
    assert isinstance(field, QComboBox)
    at = next(row for row in range(field.count()) if field.itemData(row) == value)
    field.setCurrentIndex(at)
    desk.click(form.accept_button)


def saved(desk: Desk) -> None:
    wait_until(lambda: desk.document.path and not desk.document.edited, "the save")


# Saving


def test_a_changed_method_is_one_line_of_a_diff(desk: Desk) -> None:
    root = desk.open_sample()
    files = Files(root)
    desk.open_item(root, HELLO)
    menu = desk.page.editor.url_bar.method.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "HEAD").trigger()
    assert desk.document.edited
    desk.trigger("request.save")
    saved(desk)
    assert [line.split() for line in files.changed_lines()] == [
        ["-", "method:", "GET"],
        ["+", "method:", "HEAD"],
    ]
    assert files.changed() == [HELLO]


def test_a_header_typed_in_the_table_is_added_and_nothing_else(desk: Desk) -> None:
    root = desk.open_sample()
    files = Files(root)
    desk.open_item(root, HELLO)
    desk.page.editor.pane.show_tab("headers")
    table = desk.page.editor.pane.headers.own.table
    row = table.rows.rowCount() - 1
    table.edit_cell(row, 0)
    desk.type_here("X-Trace")
    desk.press(Qt.Key.Key_Tab)
    desk.type_here("on")
    desk.press(Qt.Key.Key_Return)
    desk.trigger("request.save")
    saved(desk)
    lines = files.changed_lines()
    assert all(line.startswith("+") for line in lines)
    words = [line.strip("+ ") for line in lines]
    assert words == ["headers:", "- name: X-Trace", 'value: "on"']


def test_saving_what_is_saved_touches_nothing(desk: Desk) -> None:
    root = desk.open_sample()
    files = Files(root)
    desk.open_item(root, HELLO)
    before = Path(root, HELLO).stat().st_mtime_ns
    desk.trigger("request.save")
    desk.settle()
    assert Path(root, HELLO).stat().st_mtime_ns == before
    assert files.changed() == []


def test_save_as_into_a_folder_makes_a_new_file_and_the_tab_shows_it(desk: Desk) -> None:
    root = desk.open_sample()
    files = Files(root)
    desk.open_item(root, HELLO)
    desk.trigger("request.save-as")
    form = desk.session.notices.form()
    wait_until(form.isVisible, "the form")
    name = form.field("name")
    assert isinstance(name, QLineEdit)
    name.setText("Greet: again")
    folders = [path for path in _folders(desk, root) if path]
    choose(desk, "place", ItemKey(root, folders[-1]))
    wait_until(lambda: desk.document.path != HELLO, "the new file")
    assert desk.document.path is not None
    assert desk.document.path.startswith(f"{folders[-1]}/")
    assert desk.tab_titles == ["Greet: again"]
    assert files.changed() == [desk.document.path]
    current = desk.session.collections.current_key()
    assert current == ItemKey(root, desk.document.path)


def test_two_quick_saves_keep_their_order_and_see_no_stranger(desk: Desk) -> None:
    """The second save begins before the first has ended; both are ours."""
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    for number in range(4):
        desk.type_url(f"http://127.0.0.1:1/{number}")
        desk.trigger("request.save")
    saved(desk)
    desk.settle()
    assert desk.messages() == []
    assert url_in(Path(root, HELLO)) == "http://127.0.0.1:1/3"


def test_saving_twice_before_the_first_file_is_there_makes_one_file(desk: Desk) -> None:
    root = desk.open_sample()
    desk.session.collections.select(ItemKey(root))
    desk.trigger("request.new")
    desk.type_url("http://127.0.0.1:1/a")
    desk.trigger("request.save")
    desk.fill_form(name="Once only")
    desk.type_url("http://127.0.0.1:1/b")
    desk.trigger("request.save")
    saved(desk)
    desk.settle()
    assert not desk.session.notices.form().isVisible()
    assert [path.name for path in Path(root).glob("Once*")] == ["Once only.yml"]
    assert url_in(Path(root, "Once only.yml")) == "http://127.0.0.1:1/b"


def test_what_is_typed_while_a_save_runs_stays_typed(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/first")
    desk.trigger("request.save")
    desk.type_url("http://127.0.0.1:1/second")
    wait_until(lambda: desk.session.jobs.running == 0, "the save")
    assert url_in(Path(root, HELLO)) == "http://127.0.0.1:1/first"
    assert desk.document.edited
    assert desk.page.editor.url_bar.url() == "http://127.0.0.1:1/second"
    desk.trigger("request.save")
    saved(desk)
    assert desk.messages() == []
    assert url_in(Path(root, HELLO)) == "http://127.0.0.1:1/second"


def test_closing_a_tab_while_its_save_runs_loses_nothing_and_keeps_no_stale_draft(
    desk: Desk,
) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/closed")
    desk.trigger("request.save")
    desk.trigger("tab.close")
    wait_until(lambda: desk.session.jobs.running == 0, "the save and the drafts")
    assert url_in(Path(root, HELLO)) == "http://127.0.0.1:1/closed"
    assert desk.window.windowTitle() == "HTTPDesk"
    assert desk.ports.drafts().drafts() == ()
    desk.open_item(root, HELLO)
    assert not desk.document.edited


def test_a_save_that_ends_while_another_tab_is_in_front_leaves_that_tab_alone(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/saved")
    desk.trigger("request.save")
    desk.trigger("request.new")
    desk.type_url("http://other/title")
    wait_until(lambda: desk.session.jobs.running == 0, "the save")
    assert desk.window.windowTitle() == "/title - HTTPDesk"
    assert desk.window.status_line.state.text() == "Edited, not saved"


def test_saving_from_a_closed_collection_does_not_open_it_again(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/late")
    desk.session.collections.select(ItemKey(root))
    desk.trigger("collection.close")
    assert desk.tree() == []
    desk.trigger("request.save")
    saved(desk)
    assert url_in(Path(root, HELLO)) == "http://127.0.0.1:1/late"
    assert desk.tree() == []


# Conflicts


def conflict(desk: Desk) -> tuple[str, Path, str]:
    """Bring a tab to the page that asks what to keep; return root, file and what it holds."""
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    file = Path(root, HELLO)
    outside = file.read_text("utf-8").replace(url_in(file), "http://127.0.0.1:1/theirs")
    file.write_text(outside.replace("GET", "HEAD"), "utf-8")
    desk.type_url("http://127.0.0.1:1/mine")
    desk.trigger("request.save")
    wait_until(lambda: isinstance(desk.window.editors.front, MergePage), "the merge page")
    return root, file, outside.replace("GET", "HEAD")


def merge_page(desk: Desk) -> MergePage:
    page = desk.window.editors.front
    assert isinstance(page, MergePage)
    return page


def test_in_a_conflict_mine_can_overwrite_the_file(desk: Desk) -> None:
    _, file, outside = conflict(desk)
    assert file.read_text("utf-8") == outside
    desk.click(merge_page(desk).whole.button(1))
    desk.click(merge_page(desk).apply)
    wait_until(lambda: desk.session.documents.current is not None, "the tab")
    saved(desk)
    text = file.read_text("utf-8")
    assert "http://127.0.0.1:1/mine" in text
    assert "GET" in text


def test_a_file_that_changes_once_more_is_saved_all_the_same(desk: Desk) -> None:
    """The page was brought by a save: Apply ends it, whatever the file is by now."""
    _, file, outside = conflict(desk)
    file.write_text(outside.replace("theirs", "once-more"), "utf-8")
    page = merge_page(desk)
    newer = "http://127.0.0.1:1/once-more"
    wait_until(lambda: newer in [each.theirs.text.text() for each in page.cards], "the newer file")
    desk.click(page.whole.button(1))
    desk.click(page.apply)
    wait_until(lambda: desk.session.documents.current is not None, "the tab")
    saved(desk)
    assert "http://127.0.0.1:1/mine" in file.read_text("utf-8")


def test_in_a_conflict_mine_can_become_a_new_request(desk: Desk) -> None:
    root, file, outside = conflict(desk)
    desk.click(merge_page(desk).copy)
    desk.fill_form(name="Mine")
    saved(desk)
    assert file.read_text("utf-8") == outside
    assert desk.document.path == "first-steps/Mine.yml"
    assert "http://127.0.0.1:1/mine" in Path(root, "first-steps/Mine.yml").read_text("utf-8")


def test_in_a_conflict_theirs_can_be_taken(desk: Desk) -> None:
    _, file, outside = conflict(desk)
    desk.click(merge_page(desk).whole.button(2))
    desk.click(merge_page(desk).apply)
    wait_until(lambda: desk.session.documents.current is not None, "the tab")
    assert desk.document.request.method == "HEAD"
    assert not desk.document.edited
    assert file.read_text("utf-8") == outside


def test_a_conflict_is_still_noticed_after_a_rename_in_the_tree(desk: Desk) -> None:
    """The rename reads the file; what was changed outside before must not be overwritten."""
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/mine")
    file = Path(root, HELLO)
    file.write_text(file.read_text("utf-8").replace("GET", "HEAD"), "utf-8")
    desk.session.workspace.rename(ItemKey(root, HELLO), "Renamed")
    wait_until(lambda: desk.document.request.name == "Renamed", "the new name")
    desk.trigger("request.save")
    saved(desk)
    text = Path(root, desk.document.path or "").read_text("utf-8")
    assert "HEAD" in text
    assert "http://127.0.0.1:1/mine" in text


# The tree


def test_rename_in_place_renames_file_tab_and_title(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/typed")
    select(desk, root, HELLO)
    desk.trigger("item.rename")
    field = desk.focus
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "Greet the server")
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait_until(lambda: desk.document.path != HELLO, "the new path")
    wait_until(lambda: desk.tab_titles == ["Greet the server"], "the new title")
    assert desk.document.path == "first-steps/Greet the server.yml"
    assert desk.window.windowTitle() == "Greet the server - HTTPDesk"
    assert not Path(root, HELLO).exists()
    assert desk.page.editor.url_bar.url() == "http://127.0.0.1:1/typed"
    assert desk.document.edited
    assert desk.session.collections.current_key() == ItemKey(root, desk.document.path)


def test_the_collection_itself_is_renamed_in_place(desk: Desk) -> None:
    root = desk.open_sample()
    desk.session.workspace.rename(ItemKey(root), "My own sample")
    wait_until(lambda: desk.tree()[0] == "My own sample" or desk.messages(), "the new name")
    assert desk.messages() == []
    assert "My own sample" in Path(root, "opencollection.yml").read_text("utf-8")


def test_duplicate_puts_a_copy_behind_the_original(desk: Desk) -> None:
    root = desk.open_sample()
    select(desk, root, HELLO)
    before = desk.tree()
    desk.trigger("item.duplicate")
    wait_until(lambda: len(desk.tree()) == len(before) + 1, "the copy")
    at = before.index("    Say hello")
    assert desk.tree()[at : at + 2] == ["    Say hello", "    Say hello copy"]
    current = desk.session.collections.current_key()
    assert current is not None
    assert current.path != HELLO


def test_move_takes_the_open_tab_along(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/typed")
    select(desk, root, HELLO)
    desk.trigger("item.move")
    choose(desk, "folder", "")
    wait_until(lambda: desk.document.path == "say-hello.yml", "the move")
    assert Path(root, "say-hello.yml").exists()
    desk.trigger("request.save")
    saved(desk)
    assert url_in(Path(root, "say-hello.yml")) == "http://127.0.0.1:1/typed"


def test_a_renamed_folder_takes_the_tabs_below_it_along(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.session.workspace.rename(ItemKey(root, "first-steps"), "Beginning")
    wait_until(lambda: desk.document.path == "Beginning/say-hello.yml", "the new path")
    desk.type_url("http://127.0.0.1:1/typed")
    desk.trigger("request.save")
    saved(desk)
    assert url_in(Path(root, "Beginning/say-hello.yml")) == "http://127.0.0.1:1/typed"


@pytest.mark.parametrize(("action", "places"), [("item.move-up", -1), ("item.move-down", 1)])
def test_an_item_moves_one_place(desk: Desk, action: str, places: int) -> None:
    root = desk.open_sample()
    siblings = [line for line in desk.tree() if line.startswith("    ")]
    item = desk.session.workspace.collection(root)
    assert item is not None
    folder = item.items[0]
    assert len(folder.children) >= 3
    middle = folder.children[1]
    select(desk, root, middle.path)
    desk.trigger(action)
    wait_until(
        lambda: [line for line in desk.tree() if line.startswith("    ")] != siblings, "the move"
    )
    collection = desk.session.workspace.collection(root)
    assert collection is not None
    assert collection.items[0].children[1 + places].name == middle.name


def test_undo_of_a_delete_gives_the_open_tab_its_file_back(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    desk.type_url("http://127.0.0.1:1/typed")
    select(desk, root, HELLO)
    desk.trigger("item.delete")
    wait_until(lambda: desk.document.path is None, "the tab to let go")
    assert desk.page.editor.url_bar.url() == "http://127.0.0.1:1/typed"
    wait_until(desk.messages, "Undo")
    desk.session.notices.shown()[-1].action.click()
    wait_until(lambda: desk.document.path == HELLO, "the file to come back")
    desk.trigger("request.save")
    saved(desk)
    assert url_in(Path(root, HELLO)) == "http://127.0.0.1:1/typed"
    assert not desk.session.notices.form().isVisible()


def test_a_new_folder_and_a_request_in_it(desk: Desk) -> None:
    root = desk.open_sample()
    desk.session.collections.select(ItemKey(root))
    desk.trigger("folder.new")
    desk.fill_form(name="Invoices")
    wait_until(lambda: "  Invoices" in desk.tree(), "the folder")
    assert desk.session.collections.current_key() == ItemKey(root, "Invoices")
    desk.trigger("request.new")
    desk.type_url("http://127.0.0.1:1/invoices")
    desk.trigger("request.save")
    desk.fill_form(name="List")
    saved(desk)
    assert desk.document.path == "Invoices/List.yml"


@pytest.mark.parametrize(
    ("name", "folder"),
    [("Orders / EU: 2026?", "Orders EU 2026"), ("...", "collection"), ("CON", "CON_")],
)
def test_a_new_collection_gets_a_folder_that_every_system_keeps(
    desk: Desk, tmp_path: Path, name: str, folder: str
) -> None:
    desk.trigger("collection.new")
    desk.fill_form(parent=str(tmp_path / "work"), name=name)
    wait_until(lambda: desk.tree() or desk.messages(), "the collection")
    made = [path.name for path in (tmp_path / "work").iterdir()]
    assert len(made) == 1
    assert made == [folder]
    assert desk.tree() == [name]


def test_a_new_collection_below_the_home_folder(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for parent in ("~/apis", "apis"):
        desk.trigger("collection.new")
        desk.fill_form(parent=parent, name=f"In {parent.replace('~/', 'home ')}")
    wait_until(lambda: len(desk.tree()) == 2, "both collections")
    assert sorted(path.name for path in (tmp_path / "apis").iterdir()) == [
        "In apis",
        "In home apis",
    ]


def test_open_collections_and_folders_are_back_after_a_restart(desk: Desk, tmp_path: Path) -> None:
    root = desk.open_sample()
    panel = desk.session.collections
    first = panel.model.index_of(ItemKey(root, "first-steps"))
    panel.tree.expand(first)
    wait_until(lambda: desk.session.jobs.running == 0, "the state")
    desk.window.close()
    with open_desk() as again:
        wait_until(again.tree, "the collection")
        key = ItemKey(root, "first-steps")
        index = again.session.collections.model.index_of(key)
        assert index.data(TreeRole.KEY) == key
        assert again.session.collections.tree.isExpanded(index)


def _folders(desk: Desk, root: str) -> list[str]:
    collection = desk.session.workspace.collection(root)
    assert collection is not None
    return [item.path for item in collection.items if item.children]
