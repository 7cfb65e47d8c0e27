"""Which files of a collection name a connection, on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.model.request import Options, Request


def test_requests_folders_and_the_collection_that_name_one_are_found(tmp_path: Path) -> None:
    store, root = CollectionFiles(tmp_path / "own"), str(tmp_path / "c")
    store.create(root, "Mine")
    folder = store.add_folder(root, "", "Orders")
    ping = Request(name="Ping", method="PUT", url="http://h/")
    own = replace(ping, options=Options(connection="Acme: «API»"))
    none = replace(ping, name="None", options=Options(connection="none"))
    for request in (own, none, replace(ping, name="Plain", url="http://h/httpdesk.connection")):
        store.add(root, folder, request)
    store.set_connection(root, "", "Shop")
    store.set_connection(root, folder, "Acme: «API»")
    found = [
        (use.title, use.connection, use.method, use.is_request)
        for use in store.connection_uses(root)
    ]
    assert found == [
        ("Mine", "Shop", "", False),
        ("Orders", "Acme: «API»", "", False),
        ("Ping", "Acme: «API»", "PUT", True),
    ]


def test_files_that_cannot_be_read_name_nothing(tmp_path: Path) -> None:
    store, root = CollectionFiles(tmp_path / "own"), str(tmp_path / "c")
    store.create(root, "Mine")
    store.set_connection(root, "", "Shop")
    (Path(root) / "broken.yml").write_text("info: {type: http\n# httpdesk.connection")
    assert [use.title for use in store.connection_uses(root)] == ["Mine"]
