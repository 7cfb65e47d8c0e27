"""Collection folders on disk (storage.md; quality.md rows 28, 29, 34 and 36)."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters import atomic, collection_index, collection_tree
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.collection_trees import NOT_A_COLLECTION
from httpdesk.formats import opencollection
from httpdesk.model.collection import Collection, Item, ItemKind
from httpdesk.model.errors import (
    ConflictMarkers,
    DiskFull,
    FileChanged,
    FileNotUnderstood,
    FileUnreadable,
    FileUnwritable,
    NameTaken,
    StorageFailed,
    UnsafePath,
)
from httpdesk.model.request import Header, NoBody, OpaqueBody, Options, RawBody, RawKind, Request

DATA = Path(__file__).parents[1] / "data" / "collections"
PING = Request(name="Ping", url="http://h/", headers=(Header("A", "b"),))


@pytest.fixture
def store(tmp_path: Path) -> CollectionFiles:
    return CollectionFiles(tmp_path / "own", tmp_path / "cache")


@pytest.fixture
def root(tmp_path: Path, store: CollectionFiles) -> str:
    """Give an empty collection."""
    folder = tmp_path / "collection"
    store.create(str(folder), "Mine")
    return str(folder)


@pytest.fixture
def garden(tmp_path: Path) -> str:
    """Give a copy of a collection that Bruno wrote."""
    shutil.copytree(DATA / "garden", tmp_path / "garden")
    return str(tmp_path / "garden")


def tree(items: tuple[Item, ...]) -> list[object]:
    """Return the names of the tree, folders as pairs."""
    return [(i.name, tree(i.children)) if i.kind is ItemKind.FOLDER else i.name for i in items]


def shown(store: CollectionFiles, root: str) -> list[object]:
    return tree(store.open(root).items)


def content(root: str) -> dict[str, bytes]:
    """Return every file of a folder."""
    files = (path for path in sorted(Path(root).rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def add_many(store: CollectionFiles, root: str, *names: str, folder: str = "") -> list[str]:
    return [store.add(root, folder, replace(PING, name=name)).path for name in names]


# Creating and opening


def test_a_new_collection(tmp_path: Path, store: CollectionFiles) -> None:
    root = str(tmp_path / "deep" / "new")
    made = store.create(root, "My: API")
    assert (made.root, made.name, made.items, made.problem) == (root, "My: API", (), None)
    assert store.open(root) == made
    assert (tmp_path / "deep" / "new" / ".gitignore").read_text().startswith(".httpdesk-*.tmp\n")
    before = content(root)
    with pytest.raises(NameTaken):
        store.create(root, "Other")
    assert content(root) == before


def test_an_existing_folder_becomes_a_collection(tmp_path: Path, store: CollectionFiles) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "notes.txt").write_text("mine\n")
    store.create(str(tmp_path), "Here")
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_another_folder_is_no_collection(tmp_path: Path, store: CollectionFiles) -> None:
    with pytest.raises(FileNotUnderstood) as caught:
        store.open(str(tmp_path))
    assert caught.value.reason == NOT_A_COLLECTION
    with pytest.raises(FileUnreadable):
        store.open(str(tmp_path / "gone"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "bruno.json").write_text("{}")
    with pytest.raises(FileNotUnderstood) as caught:
        store.open(str(tmp_path))
    assert caught.value.detail == "bruno.json"


def test_the_tree_of_a_bruno_collection(store: CollectionFiles, garden: str) -> None:
    opened = store.open(garden)
    assert opened.name == "Garden"
    assert tree(opened.items) == [
        ("Forms", ["Sign in", "Text: # odd", "Xml", "Sparql"]),
        ("Plants & co", ["List", "Plant one", "Photo", "Raw file"]),
        *("Graph", "Socket", "Call"),
    ]
    photo = opened.find("Plants/Photo.yml")
    assert photo == Item(
        "Plants/Photo.yml", ItemKind.REQUEST, "Photo", "PUT", "{{base}}/plants/7/photo", 3.0
    )
    graph = opened.find("Graph.yml")
    assert graph is not None
    assert (graph.kind, graph.method) == (ItemKind.REQUEST, "POST")


def test_broken_files_are_listed_with_the_reason(store: CollectionFiles, root: str) -> None:
    """Statement of storage.md: never hidden, rewritten or skipped in silence."""
    bad = {
        "empty.yml": b"",
        "not yaml.yml": b"info:\n  name: x\n  type: http: y\n",
        "late.yml": opencollection.new_request(PING) + b"docs: [\n",
        "merge.yml": b"<<<<<<< HEAD\ninfo: {}\n=======\n>>>>>>> other\n",
        "latin.yml": b"info: {name: \xe9}\n",
        "list.yml": b"- a\n",
    }
    for name, data in bad.items():
        (Path(root) / name).write_bytes(data)
    (Path(root) / "sub").mkdir()
    (Path(root) / "sub" / "folder.yml").write_bytes(b"{")
    before = content(root)
    found = {item.path: item for item in store.open(root).walk()}
    assert {path for path, item in found.items() if item.kind is ItemKind.BROKEN} == bad.keys()
    assert isinstance(found["merge.yml"].problem, ConflictMarkers)
    late = found["late.yml"].problem
    assert isinstance(late, FileNotUnderstood)
    assert (late.path, late.line > 8) == ("late.yml", True)
    assert found["sub"].problem is not None
    assert content(root) == before


def test_a_broken_collection_file_hides_nothing(store: CollectionFiles, root: str) -> None:
    store.add(root, "", PING)
    (Path(root) / "opencollection.yml").write_bytes(b"")
    opened = store.open(root)
    assert isinstance(opened.problem, FileNotUnderstood)
    assert (opened.name, tree(opened.items)) == ("collection", ["Ping"])


def test_what_is_no_request_is_not_listed(store: CollectionFiles, root: str) -> None:
    for path in (
        *("environments/Local.yml", "connections/api.yaml", "node_modules/a/b.yml", ".git/c.yml"),
        *(".hidden.yml", "notes.txt", "data.yaml", "sub/node_modules/x.yml"),
    ):
        (Path(root) / path).parent.mkdir(exist_ok=True, parents=True)
        (Path(root) / path).write_text("info: {type: http}")
    assert shown(store, root) == [("sub", [])]


def test_a_hostile_folder_is_read_without_leaving_it(
    tmp_path: Path, store: CollectionFiles, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 36 and security.md R7."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yml").write_bytes(opencollection.new_request(PING))
    folder = Path(root)
    (folder / "link.yml").symlink_to(outside / "secret.yml")
    (folder / "linked").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.yml")
    (folder / "huge.yml").write_bytes(b"x" * 5_000_001)
    (folder / "bomb.yml").write_text("a: &a [x]\n" + "".join(f"b{n}: *a\n" for n in range(200)))
    (folder / "tag.yml").write_text("!!python/object/apply:os.system [touch /tmp/x]")
    deep = folder.joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    opened: list[str] = []
    real = os.open

    def recording(path: str, flags: int, mode: int = 0o777) -> int:
        opened.append(str(path))
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", recording)
    started = time.monotonic()
    collection = store.open(root)
    assert time.monotonic() - started < 3
    kinds = {item.path: item.kind for item in collection.items if item.path != "d"}
    assert kinds == dict.fromkeys(
        ["link.yml", "pipe.yml", "huge.yml", "bomb.yml", "tag.yml"], ItemKind.BROKEN
    )
    assert isinstance(collection.problem, FileUnreadable)
    own = str(tmp_path / "cache")
    assert {path for path in opened if not path.startswith((root, own))} == set()


def test_more_files_than_are_read_are_told(
    store: CollectionFiles, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_tree, "MOST_FILES", 3)
    add_many(store, root, *"abcde")
    opened = store.open(root)
    assert len(opened.items) == 3
    assert isinstance(opened.problem, FileUnreadable)


def test_items_stand_by_number_and_then_by_name(store: CollectionFiles, root: str) -> None:
    for name, seq in (("Step 10", None), ("Step 9", None), ("b", 2.0), ("c", 1.5), ("a", 2.0)):
        data = opencollection.new_request(replace(PING, name=name), seq)
        (Path(root) / f"{name}.yml").write_bytes(data)
    (Path(root) / "0.yml").write_text("a: [")
    assert shown(store, root) == ["Step 9", "Step 10", "c", "a", "b", "0"]


def test_folders_stand_as_bruno_orders_them(store: CollectionFiles, root: str) -> None:
    """By name, and one with a number at the place that it says."""
    for name, seq in (("d", None), ("b", None), ("c", 2.0), ("a", 9.0), ("e", 2.0), ("f", 0.5)):
        (Path(root) / name).mkdir()
        (Path(root) / name / "folder.yml").write_bytes(opencollection.new_folder(name, seq))
    assert [item.name for item in store.open(root).items] == ["b", "c", "e", "d", "f", "a"]


# Index


def test_the_index_gives_the_same_tree(
    store: CollectionFiles, garden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path(garden) / "broken.yml").write_text("a: [")
    (Path(garden) / "merge.yml").write_text("<<<<<<< a\n")
    for path in Path(garden).rglob("*.yml"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    first = store.open(garden)
    read: list[str] = []
    real = atomic.read_file

    def recording(path: Path | str, most: int) -> bytes:
        read.append(str(path))
        return real(path, most)

    monkeypatch.setattr(atomic, "read_file", recording)
    second = store.open(garden)
    assert repr(second) == repr(first)
    assert [path for path in read if path.endswith(".yml")] == [f"{garden}/opencollection.yml"]


def test_a_changed_file_is_read_again(store: CollectionFiles, root: str) -> None:
    path = Path(root) / store.add(root, "", PING).path
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert shown(store, root) == ["Ping"]
    path.write_bytes(opencollection.new_request(replace(PING, name="Pong"), 1.0))
    assert shown(store, root) == ["Pong"]


def test_a_young_file_is_not_remembered(store: CollectionFiles, root: str) -> None:
    """Its time may stay the same when it is written again."""
    path = Path(root) / store.add(root, "", PING).path
    facts = path.stat()
    assert shown(store, root) == ["Ping"]
    path.write_bytes(path.read_bytes().replace(b"Ping", b"Pong"))
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert shown(store, root) == ["Pong"]


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b'{"version": 1, "files": {"a.yml": [1]}}', b'{"version": 99}', b"\xff"]
)
def test_a_damaged_index_is_of_no_matter(
    tmp_path: Path, store: CollectionFiles, garden: str, damage: bytes
) -> None:
    first = store.open(garden)
    (index,) = (tmp_path / "cache" / "collections").iterdir()
    index.write_bytes(damage)
    assert store.open(garden) == first


def test_an_index_that_cannot_be_kept_is_of_no_matter(tmp_path: Path, garden: str) -> None:
    (tmp_path / "file").write_text("")
    store = CollectionFiles(tmp_path / "own", tmp_path / "file")
    assert store.open(garden).name == "Garden"


def test_in_a_large_collection_late_errors_are_found_by_the_check(
    store: CollectionFiles, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("httpdesk.adapters.collection_trees.PARSED_AT_ONCE", 0)
    path = Path(root) / "late.yml"
    path.write_bytes(opencollection.new_request(PING) + b"docs: [\n")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert [item.kind for item in store.open(root).items] == [ItemKind.REQUEST]
    assert [item.kind for item in store.check(root).items] == [ItemKind.BROKEN]
    assert [item.kind for item in store.open(root).items] == [ItemKind.BROKEN]


def test_a_large_collection_opens_at_once(tmp_path: Path, store: CollectionFiles) -> None:
    """P9, small: opening must not wait for a parse of everything."""
    root = tmp_path / "large"
    store.create(str(root), "Large")
    data = opencollection.new_request(replace(PING, body=RawBody(RawKind.JSON, "{\n}" * 50)), 1.0)
    for folder in range(60):
        (root / f"f{folder}").mkdir()
        for number in range(10):
            (root / f"f{folder}" / f"{number}.yml").write_bytes(data)
    times = {"open": [0.0], "check": [0.0]}
    for name, read in (("open", store.open), ("check", store.check)) * 2:
        for index in (tmp_path / "cache").rglob("*.json"):
            index.unlink()
        started = time.perf_counter()
        assert len(list(read(str(root)).walk())) == 660
        times[name].append(time.perf_counter() - started)
    assert min(times["open"][1:]) < min(times["check"][1:])
    assert collection_index.VERSION == 2


# Loading and saving


def test_every_file_loads_and_saves_without_a_change(store: CollectionFiles, garden: str) -> None:
    before = content(garden)
    for item in store.open(garden).walk():
        if item.kind is ItemKind.REQUEST:
            loaded = store.load(garden, item.path)
            assert loaded.request.name == item.name
            assert store.save(garden, item.path, loaded.request, loaded.digest) == loaded
    assert content(garden) == before


def test_an_unchanged_file_is_not_written(store: CollectionFiles, root: str) -> None:
    loaded = store.add(root, "", PING)
    path = Path(root) / loaded.path
    os.utime(path, (5, 5))
    store.save(root, loaded.path, loaded.request, loaded.digest)
    assert path.stat().st_mtime == 5


def test_a_request_comes_back(store: CollectionFiles, root: str) -> None:
    added = store.add(root, "", PING)
    assert added.request == PING
    assert store.load(root, added.path) == added
    wanted = replace(PING, method="PUT", options=Options(timeout_ms=5), notes="a\nb")
    saved = store.save(root, added.path, wanted, added.digest)
    assert saved.request == wanted
    assert store.load(root, added.path) == saved


def test_a_file_without_a_name_is_called_by_its_file_name(
    store: CollectionFiles, root: str
) -> None:
    (Path(root) / "Nameless.yml").write_text("info: {type: http}\nhttp: {url: x}\n")
    loaded = store.load(root, "Nameless.yml")
    assert loaded.request.name == "Nameless"
    store.save(root, "Nameless.yml", replace(loaded.request, url="z"), loaded.digest)
    assert (Path(root) / "Nameless.yml").read_text() == "info: {type: http}\nhttp: {url: z}\n"


def test_a_file_that_changed_outside_is_not_overwritten(store: CollectionFiles, root: str) -> None:
    """Row 34."""
    loaded = store.add(root, "", PING)
    path = Path(root) / loaded.path
    theirs = path.read_bytes().replace(b"http://h/", b"http://theirs/")
    path.write_bytes(theirs)
    mine = replace(loaded.request, url="http://mine/")
    with pytest.raises(FileChanged):
        store.save(root, loaded.path, mine, loaded.digest)
    assert path.read_bytes() == theirs
    store.save(root, loaded.path, mine, None)
    assert store.load(root, loaded.path).request.url == "http://mine/"


@pytest.mark.parametrize("data", [b"", b"<<<<<<< HEAD\n", b"a: ["])
def test_a_file_that_cannot_be_read_is_never_written_over(
    store: CollectionFiles, root: str, data: bytes
) -> None:
    loaded = store.add(root, "", PING)
    (Path(root) / loaded.path).write_bytes(data)
    with pytest.raises((FileNotUnderstood, ConflictMarkers)):
        store.save(root, loaded.path, PING, None)
    assert (Path(root) / loaded.path).read_bytes() == data


def test_a_file_that_is_gone_is_told(store: CollectionFiles, root: str) -> None:
    loaded = store.add(root, "", PING)
    (Path(root) / loaded.path).unlink()
    for digest in (loaded.digest, None):
        with pytest.raises(FileUnreadable):
            store.save(root, loaded.path, PING, digest)
    with pytest.raises(FileUnreadable):
        store.load(root, loaded.path)


def test_what_collections_and_folders_hand_down(store: CollectionFiles, garden: str) -> None:
    (collection, one), (folder, two) = store.defaults(garden, "Plants/List.yml")
    assert (collection, folder) == ("collection", "folder")
    assert one.headers == (("X-Team", "garden"),)
    assert (two.headers, two.variables) == ((("X-Folder", "plants"),), (("kind", "tree"),))
    assert len(store.defaults(garden, "Forms/Xml.yml")) == 1
    assert store.load(garden, "Plants/List.yml").request.unapplied == (
        "scripts: before-request (collection)",
    )


def test_a_broken_folder_file_stops_what_it_hands_down_not_the_request(
    store: CollectionFiles, garden: str
) -> None:
    (Path(garden) / "Plants" / "folder.yml").write_text("{")
    with pytest.raises(FileNotUnderstood):
        store.defaults(garden, "Plants/List.yml")
    assert store.load(garden, "Plants/List.yml").request.name == "List"


@pytest.mark.parametrize("kind", ["Socket.yml", "Call.yml"])
def test_other_kinds_are_kept_and_not_loaded(
    store: CollectionFiles, garden: str, kind: str
) -> None:
    with pytest.raises(FileNotUnderstood) as caught:
        store.load(garden, kind)
    assert caught.value.reason.startswith("kind ")


# Paths


@pytest.mark.parametrize(
    "path",
    [
        *("../a.yml", "/etc/passwd", "a/../../b.yml", "./a.yml", "a//b.yml", "", "a\\b.yml"),
        *("a\0.yml", ".git/hooks/x.yml", "sub/.hidden.yml", "environments/a.yml"),
        *("node_modules/a.yml", "linked/secret.yml"),
    ],
)
def test_paths_stay_inside(tmp_path: Path, store: CollectionFiles, root: str, path: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yml").write_bytes(opencollection.new_request(PING))
    (Path(root) / "linked").symlink_to(outside)
    before = content(str(tmp_path))
    for use in (
        lambda: store.load(root, path),
        lambda: store.save(root, path, PING, None),
        lambda: store.delete(root, path),
        lambda: store.add(root, path or "..", PING),
        lambda: store.add_folder(root, path or "..", "x"),
        lambda: store.defaults(root, f"{path}/a.yml"),
        lambda: store.rename(root, path or "../x", "x"),
        lambda: store.duplicate(root, path or "../x"),
    ):
        with pytest.raises(StorageFailed):
            use()
    assert content(str(tmp_path)) == before


def test_links_are_neither_read_nor_written(
    tmp_path: Path, store: CollectionFiles, root: str
) -> None:
    target = tmp_path / "target.yml"
    target.write_bytes(opencollection.new_request(PING))
    (Path(root) / "link.yml").symlink_to(target)
    with pytest.raises(UnsafePath):
        store.load(root, "link.yml")
    with pytest.raises(UnsafePath):
        store.save(root, "link.yml", PING, None)


def test_the_collection_itself_may_be_behind_a_link(
    tmp_path: Path, store: CollectionFiles, root: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    added = store.add(str(link), "", PING)
    assert store.open(str(link)).root == str(link)
    assert store.load(root, added.path) == added


@pytest.mark.parametrize("name", ["opencollection.yml", "sub/folder.yml"])
def test_a_folders_own_file_is_no_item(store: CollectionFiles, root: str, name: str) -> None:
    store.add_folder(root, "", "sub")
    with pytest.raises(UnsafePath):
        store.delete(root, name)
    with pytest.raises(FileUnreadable):
        store.rename(root, name, "x")
    assert (Path(root) / name).exists()


# Adding, renaming, moving


def test_names_are_safe_and_free(store: CollectionFiles, root: str) -> None:
    """Row 27 for collections."""
    names = ["GET /users?id=1", "get users-id=1", "CON", "folder", "../x", "", "a" * 300, "folder"]
    paths = add_many(store, root, *names)
    assert paths[:6] == [
        *("GET users-id=1.yml", "get users-id=1 2.yml", "CON_.yml", "folder_.yml", "x.yml"),
        "untitled.yml",
    ]
    assert paths[7] == "folder_ 2.yml"
    assert [store.load(root, path).request.name for path in paths[:5]] == names[:5]
    assert sorted(os.listdir(root)) == sorted([*paths, "opencollection.yml", ".gitignore"])


def test_a_new_item_stands_last(store: CollectionFiles, root: str) -> None:
    add_many(store, root, "b", "a")
    store.add_folder(root, "", "z")
    store.add_folder(root, "", "y")
    assert shown(store, root) == [("z", []), ("y", []), "b", "a"]


def test_another_program_takes_the_name_at_the_same_time(
    store: CollectionFiles, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path(root) / "Ping.yml").write_bytes(b"theirs")
    monkeypatch.setattr(os, "listdir", lambda _: [])
    assert store.add(root, "", PING).path == "Ping 2.yml"
    assert (Path(root) / "Ping.yml").read_bytes() == b"theirs"


def test_saved_as_another_request_brings_the_rest_along(
    store: CollectionFiles, root: str, garden: str
) -> None:
    sparql = store.load(garden, "Forms/Sparql.yml").request
    copy = store.add(root, "", replace(sparql, name="Mine"), ("" + garden, "Forms/Sparql.yml"))
    assert copy.request.body == OpaqueBody("sparql")
    text = (Path(root) / copy.path).read_text()
    assert "SELECT *" in text
    assert "  name: Mine\n  type: http\n  seq: 1\n" in text
    assert store.add(root, "", sparql).request.body == NoBody()


def test_renaming_changes_name_and_file(store: CollectionFiles, root: str) -> None:
    (path,) = add_many(store, root, "Old")
    new = store.rename(root, path, "New: one")
    assert new == "New one.yml"
    assert store.load(root, new).request.name == "New: one"
    assert store.rename(root, new, "new: ONE") == "new ONE.yml"
    assert shown(store, root) == ["new: ONE"]
    folder = store.add_folder(root, "", "sub")
    add_many(store, root, "x", folder=folder)
    assert store.rename(root, folder, "Sub/1") == "Sub-1"
    assert shown(store, root) == [("Sub/1", ["x"]), "new: ONE"]


def test_a_folder_without_a_file_of_its_own_is_renamed(store: CollectionFiles, root: str) -> None:
    (Path(root) / "plain").mkdir()
    assert store.rename(root, "plain", "other") == "other"
    assert os.listdir(Path(root) / "other") == []
    assert store.rename(root, "other", "a:b") == "a-b"
    assert shown(store, root) == [("a:b", [])]


def test_a_name_that_a_sibling_has_is_refused(store: CollectionFiles, root: str) -> None:
    one, two = add_many(store, root, "One", "Two")
    store.add_folder(root, "", "Sub")
    before = content(root)
    with pytest.raises(NameTaken):
        store.rename(root, two, "ONE")
    with pytest.raises(NameTaken):
        store.add_folder(root, "", "sub")
    assert content(root) == before
    assert store.rename(root, one, "One") == one
    assert store.rename(root, two, "Sub") == "Sub.yml"


def test_a_broken_file_can_be_renamed_and_moved(store: CollectionFiles, root: str) -> None:
    (Path(root) / "bad.yml").write_bytes(b"<<<<<<< HEAD\n")
    path = store.move(
        root, store.rename(root, "bad.yml", "worse"), store.add_folder(root, "", "s"), None
    )
    assert path == "s/worse.yml"
    assert (Path(root) / path).read_bytes() == b"<<<<<<< HEAD\n"
    assert (Path(root) / store.duplicate(root, path)).read_bytes() == b"<<<<<<< HEAD\n"


def test_moving_changes_only_the_places_needed(store: CollectionFiles, root: str) -> None:
    a, b, c, d = add_many(store, root, *"abcd")
    before = content(root)
    store.move(root, d, "", b)
    assert shown(store, root) == ["a", "d", "b", "c"]
    changed = {name for name, data in content(root).items() if data != before[name]}
    assert changed == {"d.yml"}
    assert b"  seq: 1.5\n" in (Path(root) / d).read_bytes()
    store.move(root, a, "", None)
    assert shown(store, root) == ["d", "b", "c", "a"]
    store.move(root, c, "", d)
    assert shown(store, root) == ["c", "d", "b", "a"]
    before = content(root)
    store.move(root, c, "", d)
    store.move(root, a, "", None)
    assert content(root) == before


def test_moving_into_a_folder_and_back(store: CollectionFiles, root: str) -> None:
    a, b = add_many(store, root, "a", "b")
    folder = store.add_folder(root, "", "Sub")
    add_many(store, root, "a", folder=folder)
    assert store.move(root, a, folder, f"{folder}/a.yml") == "Sub/a 2.yml"
    assert shown(store, root) == [("Sub", ["a", "a"]), "b"]
    assert store.move(root, "Sub/a 2.yml", "", b) == "a 2.yml"
    assert shown(store, root) == [("Sub", ["a"]), "a", "b"]
    assert store.move(root, b, "", folder) == b
    assert shown(store, root) == [("Sub", ["a"]), "b", "a"]


def test_folders_take_whole_numbers(store: CollectionFiles, root: str) -> None:
    """Bruno takes no others there."""
    one, _, three = (store.add_folder(root, "", name) for name in ("1", "2", "3"))
    store.move(root, three, "", one)
    assert shown(store, root) == [("3", []), ("1", []), ("2", [])]
    assert [item.seq for item in store.open(root).items] == [1, 2, 3]
    (Path(root) / "plain").mkdir()
    store.move(root, "plain", "", one)
    assert [item.name for item in store.open(root).items] == ["3", "plain", "1", "2"]
    assert [item.seq for item in store.open(root).items] == [1, 2, 3, 4]


def test_items_without_numbers_get_them_when_they_are_ordered(
    store: CollectionFiles, root: str
) -> None:
    for name in "abc":
        data = opencollection.new_request(replace(PING, name=name))
        (Path(root) / f"{name}.yml").write_bytes(data)
    store.move(root, "c.yml", "", "b.yml")
    assert shown(store, root) == ["a", "c", "b"]
    store.move(root, "a.yml", "", None)
    assert shown(store, root) == ["c", "b", "a"]
    assert store.add(root, "", PING).path == "Ping.yml"
    assert shown(store, root) == ["c", "b", "a", "Ping"]


def test_a_folder_does_not_go_into_itself(store: CollectionFiles, root: str) -> None:
    folder = store.add_folder(root, "", "a")
    inner = store.add_folder(root, folder, "b")
    for target in (folder, inner):
        with pytest.raises(UnsafePath):
            store.move(root, folder, target, None)
    assert shown(store, root) == [("a", [("b", [])])]


def test_duplicates_stand_behind_what_they_copy(store: CollectionFiles, root: str) -> None:
    a, _ = add_many(store, root, "a", "b")
    assert store.duplicate(root, a) == "a copy.yml"
    assert store.duplicate(root, a) == "a copy 2.yml"
    assert shown(store, root) == ["a", "a copy 2", "a copy", "b"]
    folder = store.add_folder(root, "", "Sub")
    add_many(store, root, "x", folder=folder)
    assert store.duplicate(root, folder) == "Sub copy"
    assert shown(store, root)[:2] == [("Sub", ["x"]), ("Sub copy", ["x"])]


def test_a_copy_of_another_kind_keeps_all_it_says(store: CollectionFiles, garden: str) -> None:
    path = store.duplicate(garden, "Graph.yml")
    copy, original = (Path(garden) / each for each in (path, "Graph.yml"))
    assert copy.read_text().splitlines()[5:] == original.read_text().splitlines()[5:]
    assert "Graph copy" in copy.read_text()


# Deleting


def test_a_deleted_item_comes_back_byte_for_byte(store: CollectionFiles, garden: str) -> None:
    before = content(garden)
    for path in ("Plants/List.yml", "Plants", "Graph.yml"):
        ticket = store.delete(garden, path)
        assert not (Path(garden) / path).exists()
        assert store.undo_delete(garden, ticket) == path
        assert content(garden) == before


def test_undo_works_after_a_restart_and_when_the_name_is_taken(
    tmp_path: Path, store: CollectionFiles, root: str
) -> None:
    (path,) = add_many(store, root, "a")
    folder = store.add_folder(root, "", "Sub")
    add_many(store, root, "x", folder=folder)
    tickets = [
        store.delete(root, path),
        store.delete(root, "Sub/x.yml"),
        store.delete(root, folder),
    ]
    add_many(store, root, "a")
    again = CollectionFiles(tmp_path / "own")
    assert again.undo_delete(root, tickets[0]) == "a 2.yml"
    assert again.undo_delete(root, tickets[1]) == "Sub/x.yml"
    assert again.undo_delete(root, tickets[2]) == "Sub 2"
    with pytest.raises(FileUnreadable):
        again.undo_delete(root, tickets[0])


@pytest.mark.parametrize("ticket", ["", "../../etc", "0123456789abcdef", "x" * 16])
def test_other_tickets_are_refused(store: CollectionFiles, root: str, ticket: str) -> None:
    with pytest.raises(FileUnreadable):
        store.undo_delete(root, ticket)


def test_a_ticket_belongs_to_its_collection(store: CollectionFiles, root: str, garden: str) -> None:
    ticket = store.delete(garden, "Graph.yml")
    with pytest.raises(FileUnreadable):
        store.undo_delete(root, ticket)
    assert store.undo_delete(garden, ticket) == "Graph.yml"


def test_deleting_to_another_disk_copies_first(
    store: CollectionFiles, garden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(garden)

    def other_disk(*_: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(atomic, "move_new", other_disk)
    tickets = [store.delete(garden, path) for path in ("Graph.yml", "Plants")]
    assert "Graph.yml" not in content(garden)
    for ticket in tickets:
        store.undo_delete(garden, ticket)
    assert content(garden) == before


def test_the_trash_is_emptied_after_a_month(
    tmp_path: Path, store: CollectionFiles, root: str
) -> None:
    one, two = add_many(store, root, "a", "b")
    old = store.delete(root, one)
    os.utime(tmp_path / "own" / "trash" / old, (0, 0))
    kept = store.delete(root, two)
    assert [path.name for path in (tmp_path / "own" / "trash").iterdir()] == [kept]


# Failures of the disk


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give a file system that takes no file, whoever asks."""
    real = os.open

    def refusing(path: str, flags: int, *rest: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing)
        patch.setattr(os, "mkdir", lambda *_: refusing("", os.O_CREAT))
        yield


def test_a_read_only_folder_is_told_and_nothing_changes(
    store: CollectionFiles, garden: str, unwritable: None
) -> None:
    """Row 29."""
    before = content(garden)
    loaded = store.load(garden, "Plants/List.yml")
    for use in (
        lambda: store.save(garden, loaded.path, replace(loaded.request, url="x"), loaded.digest),
        lambda: store.add(garden, "", PING),
        lambda: store.add_folder(garden, "", "new"),
        lambda: store.rename(garden, loaded.path, "new"),
        lambda: store.duplicate(garden, loaded.path),
        lambda: store.delete(garden, loaded.path),
    ):
        with pytest.raises(FileUnwritable):
            use()
        assert content(garden) == before
    assert store.open(garden).name == "Garden"


def test_a_full_disk_keeps_the_old_file(
    store: CollectionFiles, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 28: the dirty mark stays, since saving failed, and the space needed is named."""
    loaded = store.add(root, "", PING)
    before = content(root)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFull) as caught:
        store.save(root, loaded.path, replace(PING, notes="x" * 1000), loaded.digest)
    assert caught.value.needed > 1000
    for use in (lambda: store.add(root, "", PING), lambda: store.delete(root, loaded.path)):
        with pytest.raises(DiskFull):
            use()
    assert content(root) == before


def test_the_folder_is_deleted_while_open(store: CollectionFiles, root: str) -> None:
    loaded = store.add(root, "", PING)
    shutil.rmtree(root)
    for use in (
        lambda: store.open(root),
        lambda: store.load(root, loaded.path),
        lambda: store.save(root, loaded.path, PING, loaded.digest),
        lambda: store.add(root, "", PING),
        lambda: store.add_folder(root, "", "a"),
        lambda: store.move(root, loaded.path, "", None),
        lambda: store.delete(root, loaded.path),
    ):
        with pytest.raises(StorageFailed):
            use()


def test_a_file_is_replaced_by_a_folder(store: CollectionFiles, root: str) -> None:
    loaded = store.add(root, "", PING)
    (Path(root) / loaded.path).unlink()
    (Path(root) / loaded.path).mkdir()
    with pytest.raises(FileUnreadable):
        store.save(root, loaded.path, PING, loaded.digest)


# git


def git(root: str, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.test", *words]
    return subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout


def test_git_shows_one_line_for_one_edit(store: CollectionFiles, garden: str) -> None:
    git(garden, "init", "-q")
    git(garden, "add", "-A")
    git(garden, "commit", "-qm", "before")
    for item in store.open(garden).walk():
        if item.kind is ItemKind.REQUEST:
            loaded = store.load(garden, item.path)
            store.save(garden, item.path, loaded.request, loaded.digest)
    assert git(garden, "status", "--porcelain") == ""

    loaded = store.load(garden, "Plants/List.yml")
    rows = (replace(loaded.request.headers[0], value="text/csv"), *loaded.request.headers[1:])
    store.save(garden, loaded.path, replace(loaded.request, headers=rows), loaded.digest)
    diff = git(garden, "diff", "-U0").splitlines()
    assert [line for line in diff if line[0] in "+-"][2:] == [
        "-      value: application/json",
        "+      value: text/csv",
    ]
    git(garden, "commit", "-qam", "edit")

    store.move(garden, "Plants/Photo.yml", "Plants", "Plants/List.yml")
    assert "2 files changed, 2 insertions(+), 2 deletions(-)" in git(garden, "diff", "--stat")
    git(garden, "commit", "-qam", "move")
    store.rename(garden, "Graph.yml", "Graph two")
    git(garden, "add", "-A")
    assert git(garden, "diff", "--cached", "--name-status").startswith("R")


def test_left_overs_are_ignored_by_git_and_swept(store: CollectionFiles, root: str) -> None:
    git(root, "init", "-q")
    left = Path(root) / atomic.temporary_name()
    left.write_bytes(b"half")
    git(root, "add", "-A")
    assert sorted(git(root, "ls-files").split()) == [".gitignore", "opencollection.yml"]
    assert store.open(root).items == ()
    assert left.exists()
    os.utime(left, (0, 0))
    store.open(root)
    assert not left.exists()


# Two at once

WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.model.errors import FileChanged
root, word = sys.argv[1:]
store = CollectionFiles(Path(root).parent / "own")
saved = 0
for number in range(20):
    while True:
        loaded = store.load(root, "Ping.yml")
        try:
            notes = f"{loaded.request.notes}{word}"
            store.save(root, "Ping.yml", replace(loaded.request, notes=notes), loaded.digest)
            break
        except FileChanged:
            continue
    store.add(root, "", replace(loaded.request, name="Same"))
"""


def test_two_programs_in_one_folder(store: CollectionFiles, root: str) -> None:
    """Row 35, small: no file is torn and no new request takes another's place."""
    store.add(root, "", PING)
    home = Path(__file__).parents[2]
    both = [subprocess.Popen([sys.executable, "-c", WRITER, root, word], cwd=home) for word in "ab"]
    assert [process.wait(timeout=50) for process in both] == [0, 0]
    opened: Collection = store.open(root)
    assert sum(item.name == "Same" for item in opened.items) == 40
    assert all(item.kind is ItemKind.REQUEST for item in opened.items)
    assert set(store.load(root, "Ping.yml").request.notes) <= {"a", "b"}
