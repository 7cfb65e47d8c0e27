"""Reading YAML without trusting it (security.md section 6 and R7)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from httpdesk.formats import yaml_tree
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    child,
    data_of,
    parse,
    text_of,
)
from httpdesk.model.errors import ConflictMarkers, FileNotUnderstood

DATA = Path(__file__).parents[1] / "data" / "collections"
FILES = sorted(DATA.rglob("*.yml"))


def name_of(path: Path) -> str:
    return str(path.relative_to(DATA))


def refusal(data: bytes) -> FileNotUnderstood:
    with pytest.raises(FileNotUnderstood) as caught:
        parse(data, "a.yml")
    assert caught.value.path == "a.yml"
    return caught.value


def test_every_scalar_is_the_text_that_was_written() -> None:
    text = "[no, 010, 1.10, 12:30, 0x1f, 2024-01-02, 1e400, 'no', \"\\x41\"]"
    assert data_of(parse(text.encode()).root) == [
        *("no", "010", "1.10", "12:30", "0x1f", "2024-01-02", "1e400", "no", "A")
    ]


def test_null_is_no_text() -> None:
    root = parse(b"{a: , b: ~, c: null, d: 'null', e: ''}").root
    assert data_of(root) == {"a": None, "b": None, "c": None, "d": "null", "e": ""}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"# only a comment\n", "empty"),
        (b"---\n", "empty"),
        (b"~", "empty"),
        (b"a: \xff\xfe", "not UTF-8"),
        (b"a: 1\nb: \x00", "a control character"),
        (b"a: b: c", "mapping values are not allowed in this context"),
        (b"a: [1, 2", "did not find expected ',' or ']'"),
        (b"a: 'x", "found unexpected end of stream"),
        (b"a:\n\t- b", "found character that cannot start any token"),
        (b"a: 1\na: 2", "the key 'a' is there twice"),
        (b"? [a]\n: b", "a key is not text"),
        (b"a: *x", "unknown alias"),
        (b"a: &x [*x]", "alias to itself"),
        (b"a: !!python/object/apply:os.system [ls]", "the tag"),
        (b"a: !mine b", "the tag"),
        (b"a: 1\n---\nb: 2", "several documents"),
        (b"[" * 70 + b"]" * 70, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b"x" * 5_000_001, "too large"),
    ],
)
def test_what_is_refused_and_why(data: bytes, reason: str) -> None:
    assert refusal(data).reason.startswith(reason)


def test_refusals_tell_the_place() -> None:
    error = refusal("info:\n  name: é😀\n  type: http: x\n".encode())
    assert (error.line, error.column) == (3, 13)
    assert refusal(b"a: 1\nb: 2\nc: \x07").line == 3
    assert refusal(b"a: 1\nb: \xff").line == 2
    assert refusal(b"a: 1\n b: *x").line == 2


def test_an_alias_bomb_is_refused_for_what_it_stands_for() -> None:
    """Whoever reads the values of a tree reads those behind its aliases each time."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert len(parse("\n".join(lines[:5]).encode()).root.entries) == 5  # type: ignore[attr-defined]
    error = refusal("\n".join(lines).encode())
    assert (error.reason, error.line) == ("too many values", 6)
    many = f"a: &a x\nb: [{', '.join(['*a'] * 101)}]"
    assert refusal(many.encode()).reason == "too many aliases"


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", ">>>>>>> other"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_conflict_markers_are_told_with_their_line(marker: str, newline: str) -> None:
    text = newline.join(["info:", "  name: a", marker, "  seq: 1", "=======", "  seq: 2"])
    with pytest.raises(ConflictMarkers) as caught:
        parse(text.encode(), "a.yml")
    assert (caught.value.line, caught.value.path) == (3, "a.yml")


def test_a_row_of_arrows_inside_a_body_is_no_conflict() -> None:
    tree = parse(b"body: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\nnote: '<<<<<<<'\n")
    assert text_of(child(tree.root, "body")).startswith("<<<<<<< HEAD")


def every_scalar(node: Node) -> list[Scalar]:
    if isinstance(node, Mapping):
        values = [each for _, value in node.entries.values() for each in every_scalar(value)]
        return [key for key, _ in node.entries.values()] + values
    if isinstance(node, Sequence):
        return [each for item in node.items for each in every_scalar(item)]
    return [node] if isinstance(node, Scalar) else []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nodes_know_where_they_stand(path: Path) -> None:
    tree = parse(path.read_bytes())
    for scalar in every_scalar(tree.root):
        written = tree.text[scalar.start : scalar.end]
        if scalar.style in {"'", '"'} and not scalar.anchored:
            assert written[0] == written[-1] == scalar.style
        elif not scalar.style and not scalar.anchored:
            assert written == scalar.text


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_slow_parser_reads_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = parse(path.read_bytes())
    monkeypatch.delattr(yaml, "CSafeLoader")
    slow = parse(path.read_bytes())
    assert data_of(slow.root) == data_of(fast.root)
    spans = [[(s.start, s.end) for s in every_scalar(t.root) if not s.style] for t in (fast, slow)]
    assert spans[0] == spans[1]


def test_the_byte_order_mark_is_kept() -> None:
    tree = parse(b"\xef\xbb\xbfa: b\r\nc: d\r\n")
    assert (tree.bom, tree.newline) == (True, "\r\n")
    assert tree.encode(tree.text) == b"\xef\xbb\xbfa: b\r\nc: d\r\n"


def test_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_tree, "MOST_NODES", 10)
    assert refusal(b"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]").reason == "too many values"
