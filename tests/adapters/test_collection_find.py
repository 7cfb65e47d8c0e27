"""Finding words in the files of collections, with real files and the real process beside."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from httpdesk.adapters import collection_find
from httpdesk.adapters.body_spool import BodySpool
from httpdesk.adapters.collection_find import CollectionFind
from httpdesk.adapters.offload import ProcessOffload
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.find import FindBatch, FindField, FindHit, FindQuery, FindScope
from httpdesk.model.offload_errors import OffloadFailed, OffloadFault

CREATE = """info:
  name: Create an order
  type: http
  seq: 1
  tags:
    - orders-tag
http:
  method: POST
  url: https://api.test/orders?channel=web
  headers:
    - name: X-Trace
      value: first-trace
    - name: Authorization
      value: Bearer s3cr3t-in-a-file
  params:
    - name: channel
      value: web
      type: query
  body:
    type: json
    data: |-
      {
        "customer": "Ada \\u00c4rger",
        "note": "Straße und Ärger"
      }
runtime:
  variables:
    - name: api_key
      value: s3cr3t-key
    - name: region
      value: north
docs: |-
  Says who ordered.
  A second line with ORDER.
examples:
  - name: Created
    response:
      status: 201
      body:
        type: json
        data: '{"state": "packed-and-ready"}'
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A collection with two requests, one of them in a folder."""
    folder = tmp_path / "shop"
    (folder / "stock").mkdir(parents=True)
    (folder / "opencollection.yml").write_text('opencollection: "1.0.0"\ninfo:\n  name: Shop\n')
    (folder / "create.yml").write_text(CREATE, encoding="utf-8")
    (folder / "stock" / "folder.yml").write_text("info:\n  name: Stock\n  type: folder\n")
    write(folder / "stock" / "list.yml", "List stock", "https://api.test/stock")
    (folder / "environments").mkdir()
    (folder / "environments" / "dev.yml").write_text("name: dev\nvariables: []\n")
    return folder


def write(file: Path, name: str, url: str) -> None:
    file.write_text(f"info:\n  name: {name}\n  type: http\nhttp:\n  method: GET\n  url: {url}\n")


@pytest.fixture
def finder(tmp_path: Path) -> Iterator[CollectionFind]:
    offload = ProcessOffload()
    yield CollectionFind(lambda: BodySpool(tmp_path / "cache", memory_limit=0), lambda: offload)
    offload.close()


def batches(
    finder: CollectionFind, root: Path, text: str, folder: str = "", **options: bool
) -> list[FindBatch]:
    """Return all that one search yields."""
    query = FindQuery(text, **options)
    return list(finder.find(query, [FindScope(str(root), folder)], CancelToken()))


def hits(
    finder: CollectionFind, root: Path, text: str, folder: str = "", **options: bool
) -> list[FindHit]:
    """Return what is shown in the end."""
    found: list[FindHit] = []
    for batch in batches(finder, root, text, folder, **options):
        found = [*(() if batch.anew else found), *batch.hits]
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("create an", (FindField.NAME, "", "Create an order")),
        ("orders-t", (FindField.TAG, "", "orders-tag")),
        ("ORDERS?", (FindField.URL, "", "https://api.test/orders?channel=web")),
        ("first-", (FindField.HEADER, "X-Trace", "X-Trace: first-trace")),
        ("=web", (FindField.URL, "", "https://api.test/orders?channel=web")),
        ("nel=we", (FindField.URL, "", "https://api.test/orders?channel=web")),
        ("straße", (FindField.BODY, "", '"note": "Straße und Ärger"')),
        ("ÄRGER", (FindField.BODY, "", '"note": "Straße und Ärger"')),
        ("north", (FindField.VARIABLE, "region", "region=north")),
        ("who ord", (FindField.NOTES, "", "Says who ordered.")),
        ("packed", (FindField.EXAMPLE, "Created", '{"state": "packed-and-ready"}')),
    ],
)
def test_a_hit_tells_its_field_and_its_line(
    finder: CollectionFind, root: Path, text: str, wanted: tuple[FindField, str, str]
) -> None:
    found = hits(finder, root, text)[0]
    assert (found.field, found.label, found.line) == wanted
    assert found.line[found.start : found.end].lower() == text.lower()
    assert (found.request.name, found.request.method) == ("Create an order", "POST")


def test_a_hit_tells_where_in_its_text_it_stands(finder: CollectionFind, root: Path) -> None:
    (found,) = hits(finder, root, "und ärger")
    body = '{\n  "customer": "Ada \\u00c4rger",\n  "note": "Straße und Ärger"\n}'
    assert body[found.position :].startswith("und Ärger")


def test_keys_of_the_file_are_no_text(finder: CollectionFind, root: Path) -> None:
    assert hits(finder, root, "opencollection") == []
    assert hits(finder, root, "type: json") == []
    assert hits(finder, root, "variables") == []


def test_values_that_are_credentials_by_name_are_not_looked_at(
    finder: CollectionFind, root: Path, tmp_path: Path
) -> None:
    assert hits(finder, root, "s3cr3t") == []
    assert [each.label for each in hits(finder, root, "authorization")] == ["Authorization"]
    assert list((tmp_path / "cache").iterdir()) == []


def test_case_whole_words_and_patterns(finder: CollectionFind, root: Path) -> None:
    assert [each.line for each in hits(finder, root, "ORDER", match_case=True)] == [
        "A second line with ORDER."
    ]
    words = hits(finder, root, "order", whole_word=True)
    assert [each.field for each in words] == [FindField.NAME, FindField.NOTES]
    assert [each.text for each in hits(finder, root, r"or\w+ed\.$", is_regex=True)] == ["ordered."]
    assert [each.text for each in hits(finder, root, "stra.e", is_regex=True)] == ["Straße"]
    assert hits(finder, root, "STRA.E", is_regex=True, match_case=True) == []
    assert hits(finder, root, "or", is_regex=True, whole_word=True) == []


def test_a_folder_alone(finder: CollectionFind, root: Path) -> None:
    assert len(hits(finder, root, "api.test")) == 2
    assert [each.request.path for each in hits(finder, root, "api.test", "stock")] == [
        "stock/list.yml"
    ]


def test_files_that_changed_are_read_again(
    finder: CollectionFind, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_find, "FRESH_S", 0.0)
    assert [each.request.name for each in hits(finder, root, "stock")] == ["List stock"] * 2
    write(root / "stock" / "list.yml", "List everything", "https://api.test/all")
    os.utime(root / "stock" / "list.yml", ns=(1, time.time_ns() + 1))
    assert hits(finder, root, "list stock") == []
    assert [each.request.name for each in hits(finder, root, "api.test/all")] == ["List everything"]
    write(root / "new.yml", "Brand new", "https://api.test/new")
    assert [each.request.path for each in hits(finder, root, "brand")] == ["new.yml"]
    (root / "create.yml").unlink()
    assert hits(finder, root, "create an") == []
    assert [each.request.path for each in hits(finder, root, "api.test", "stock")] == [
        "stock/list.yml"
    ]


def test_while_one_types_the_files_are_not_looked_at_with_each_letter(
    finder: CollectionFind, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10: to look at ten thousand files takes longer than to find something in them."""
    now = 1_000.0
    monkeypatch.setattr(collection_find, "time", SimpleNamespace(monotonic=lambda: now))
    assert hits(finder, root, "brand") == []
    write(root / "new.yml", "Brand new", "https://api.test/new")
    while now < 1_000 + collection_find.LOOKED_S - 1:
        now += collection_find.FRESH_S / 2
        assert hits(finder, root, "brand") == []
    now += 1
    assert len(hits(finder, root, "brand")) == 1
    write(root / "newer.yml", "Brand newer", "https://api.test/newer")
    now += collection_find.FRESH_S
    assert len(hits(finder, root, "brand")) == 2


def test_broken_files_are_left_out(finder: CollectionFind, root: Path) -> None:
    (root / "broken.yml").write_text("info: [api.test\n")
    (root / "binary.yml").write_bytes(b"\xff\xfe api.test")
    assert len(hits(finder, root, "api.test")) == 2


def test_links_out_of_the_collection_are_not_followed(
    finder: CollectionFind, root: Path, tmp_path: Path
) -> None:
    write(tmp_path / "outside.yml", "Outside", "https://api.test/outside")
    (root / "link.yml").symlink_to(tmp_path / "outside.yml")
    (root / "links").symlink_to(tmp_path)
    assert hits(finder, root, "outside") == []


def test_there_are_no_more_hits_than_can_be_looked_at(
    finder: CollectionFind, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_find, "MOST_HITS", 3)
    found = batches(finder, root, "e")
    assert sum(len(batch.hits) for batch in found) == 3
    assert found[-1].more or found[-2].more
    assert not any(batch.more for batch in batches(finder, root, "first-trace"))


def test_an_endless_pattern_is_ended(
    finder: CollectionFind, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_find, "PATIENCE_S", 0.3)
    write(root / "long.yml", "a" * 60, "https://api.test/")
    with pytest.raises(OffloadFailed) as failed:
        hits(finder, root, "(a+)+b", is_regex=True)
    assert failed.value.fault is OffloadFault.TOO_SLOW
    assert len(hits(finder, root, "create an", is_regex=True)) == 1


def test_a_cancelled_search_ends_and_the_next_goes_on(finder: CollectionFind, root: Path) -> None:
    for number in range(collection_find.STEP + 5):
        write(root / f"many-{number:03}.yml", f"Many {number}", "https://api.test/many")
    cancel = CancelToken()
    first = next(finder.find(FindQuery("many"), [FindScope(str(root))], cancel))
    assert first.hits
    search = finder.find(FindQuery("many"), [FindScope(str(root))], cancel)
    cancel.cancel()
    assert sum(len(batch.hits) for batch in search) <= collection_find.BATCH
    wanted = 2 * (collection_find.STEP + 5)
    assert len(hits(finder, root, "many")) == wanted


def test_what_reaches_from_one_text_into_the_next_is_no_hit(
    finder: CollectionFind, root: Path
) -> None:
    assert hits(finder, root, r"order\s+orders-tag", is_regex=True) == []
