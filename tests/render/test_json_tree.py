"""The tree over the bytes of a JSON body."""

from __future__ import annotations

import json
import random

import pytest

from httpdesk.model.memory_body import MemoryBody
from httpdesk.render.json_bytes import JsonBytes, TokenKind
from httpdesk.render.json_text import JsonFault
from httpdesk.render.json_tree import (
    CONTAINERS,
    Children,
    Fault,
    Node,
    decoded,
    grow,
    json_path,
    measure,
    place_of,
)

Tokens = list[object] | str
SCALARS = (
    *("1.10", "-0", "1e400", "12345678901234567890", "true", "null"),
    *('""', '"}]{["', r'"\\"', '"' + "y" * 90 + '"'),
)


def children(text: str | bytes, node: Node | None = None) -> tuple[list[Node], Fault | None]:
    """Return all children of a node, page by page, and why they ended."""
    body = MemoryBody(text.encode() if isinstance(text, str) else text)
    scan = Children(body, node)
    found: list[Node] = []
    while not scan.complete:
        found += scan.take(7)
    return found, scan.fault


def tokens(text: bytes, node: Node) -> Tokens:
    """Return what stands below a node: pairs of key and value, values, or a token's text."""
    if node.kind not in CONTAINERS:
        return text[node.start : node.end].decode()
    found, fault = children(text, node)
    assert fault is None
    assert node.count == len(found)
    return [
        tokens(text, child) if child.key is None else (child.key.decode(), tokens(text, child))
        for child in found
    ]


def parsed(text: str) -> object:
    """Return the same by the JSON parser of Python, keeping each number as it is written."""

    def spelled(value: object) -> object:
        if isinstance(value, Members):
            return [(json.dumps(key), spelled(each)) for key, each in value.pairs]
        if isinstance(value, list):
            return [spelled(each) for each in value]
        if isinstance(value, Lexeme):
            return value.text
        return json.dumps(value)

    return spelled(
        json.loads(text, object_pairs_hook=Members, parse_float=Lexeme, parse_int=Lexeme)
    )


class Lexeme:
    """A number as it is written."""

    def __init__(self, text: str) -> None:
        self.text = text


class Members:
    """The members of an object, with repeated keys."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        self.pairs = pairs


def random_json(chance: random.Random, depth: int) -> str:
    """Return JSON of all kinds of values, with space wherever there may be some."""
    space = chance.choice(["", " ", "\n  ", "\t"])
    if depth and chance.random() < 0.6:
        values = [random_json(chance, depth - 1) for _ in range(chance.randrange(12))]
        if chance.random() < 0.5:
            return "[" + space + f",{space}".join(values) + "]"
        keys = [json.dumps(chance.choice(["a", "a", 'q"{', "é", "x\\", "]"])) for _ in values]
        pairs = [f"{key}{space}:{space}{value}" for key, value in zip(keys, values, strict=True)]
        return "{" + space + ",".join(pairs) + space + "}"
    escaped = json.dumps("\\" * chance.randrange(9) + '"' * chance.randrange(3))
    return chance.choice([*SCALARS, escaped])


@pytest.mark.parametrize("seed", range(60))
def test_the_tree_has_the_tokens_of_the_text(seed: int) -> None:
    """Statement 52, against the parser of Python."""
    text = random_json(random.Random(seed), 5)
    (root,), fault = children(text)
    assert fault is None
    assert tokens(text.encode(), root) == parsed(text)


@pytest.mark.parametrize("seed", range(4))
def test_the_end_of_a_large_value_is_found(seed: int) -> None:
    """Pieces end anywhere: inside of strings, escapes and at brackets."""
    chance = random.Random(seed)
    items = [random_json(chance, 3) for _ in range(4000)]
    text = ('{"big": [' + ",".join(items) + '], "z": 1}').encode()
    extent = measure(MemoryBody(text), 8)
    assert (extent.count, extent.closed) == (4000, True)
    assert text[extent.end - 1 :] == b'], "z": 1}'


@pytest.mark.parametrize("slashes", [0, 1, 2, 3, 65_530, 65_535, 65_536, 65_537, 131_073])
def test_escapes_may_lie_on_the_edge_of_a_piece(slashes: int) -> None:
    string = b'"' + b"x" * 4090 + b"\\\\" * slashes + b'\\"]"'
    text = b"[" + string + b",1]"
    extent = measure(MemoryBody(text), 0)
    assert (extent.end, extent.count) == (len(text), 2)
    nodes, fault = children(text, Node(CONTAINERS[1], 0, 0, b"["))
    assert fault is None
    assert [text[node.start : node.end] for node in nodes] == [string, b"1"]


@pytest.mark.parametrize("opener", [b"[", b'{"a":'])
def test_depth_is_no_problem(opener: bytes) -> None:
    closer = b"]" if opener == b"[" else b"}"
    text = opener * 100_000 + b"1" + closer * 100_000
    extent = measure(MemoryBody(text), 0)
    assert (extent.end, extent.count) == (len(text), 1)


@pytest.mark.parametrize(
    ("text", "fault", "offset", "values"),
    [
        ("", JsonFault.VALUE, 0, 0),
        ("[1, 2", JsonFault.END, 5, 2),
        ("[1,]", JsonFault.VALUE, 3, 1),
        ("[1 2]", JsonFault.COMMA, 3, 1),
        ("[1}", JsonFault.COMMA, 2, 1),
        ('{"a" 1}', JsonFault.COLON, 5, 0),
        ('{"a": 1, b: 2}', JsonFault.KEY, 9, 1),
        ('{"a":}', JsonFault.VALUE, 5, 0),
        ("[tru]", JsonFault.VALUE, 1, 0),
        ("[01]", JsonFault.VALUE, 1, 0),
        ('["abc', JsonFault.STRING, 1, 0),
        ('{"a": 1} x', JsonFault.EXTRA, 9, 1),
    ],
)
def test_the_first_fault_is_found(text: str, fault: JsonFault, offset: int, values: int) -> None:
    """Statement 51: the values before the fault, and its place."""
    roots, found = children(text)
    if roots and roots[0].kind in CONTAINERS:
        below, inside = children(text, roots[0])
        assert len(below) == values
        found = inside or found
    assert found == Fault(fault, offset)


def test_lines_of_json_are_several_values() -> None:
    roots, fault = children('{"a": 1}\r\n[2]\n\n"x"\n')
    assert [root.lead for root in roots] == [b'{"a": 1}', b"[2]", b'"x"']
    assert fault is None


def test_a_byte_order_mark_is_no_value() -> None:
    roots, fault = children(b"\xef\xbb\xbf[1]")
    assert ([root.start for root in roots], fault) == ([3], None)


def test_a_page_tells_what_it_has_before_a_long_value_ends() -> None:
    """The first is there at once; how large the long one is comes with the next page."""
    text = b'{"a": 1, "b": [' + b"1," * 20_000_000 + b'1], "c": 2}'
    scan = Children(MemoryBody(text), Node(CONTAINERS[0], 0, 0, b"{"))
    first = scan.take()
    assert [(node.key, node.count) for node in first] == [(b'"a"', -1), (b'"b"', -1)]
    last = scan.take()
    assert [node.key for node in last] == [b'"c"']
    assert first[1].count == 20_000_001
    assert text[first[1].start : first[1].end].endswith(b",1]")


def test_a_subtree_is_read_level_by_level_up_to_a_bound() -> None:
    text = b"[[1,2],[3,[4]]]"
    branch = grow(MemoryBody(text), Node(CONTAINERS[1], 0, len(text), b"["), 100, 9)
    assert [node.lead for node in branch.branches[1].branches[1].nodes] == [b"4"]
    bounded = grow(MemoryBody(text), Node(CONTAINERS[1], 0, len(text), b"["), 3, 9)
    assert (len(bounded.nodes), len(bounded.branches[0].nodes)) == (2, 1)
    assert bounded.branches[1].nodes == []


def test_long_tokens_are_one_token() -> None:
    number = b"9" * 200_000
    source = JsonBytes(MemoryBody(b" " * 70_000 + number + b"]"))
    token = source.token(0)
    assert (token.kind, token.start, token.end) == (TokenKind.WORD, 70_000, 270_000)


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([], "$"),
        ([b'"a"', 0, b'"b_1"'], "$.a[0].b_1"),
        ([b'"two words"', b'"it\'s"'], "$['two words']['it\\'s']"),
        ([rb'"\u00e9\"\n\\"'], "$['é\"\\n\\\\']"),
        ([b'"1a"', b'""'], "$['1a']['']"),
    ],
)
def test_paths_are_written_as_rfc_9535_has_them(steps: list[bytes | int], path: str) -> None:
    """RFC 9535, sections 2.3 and 2.7."""
    assert json_path(steps) == path


def test_a_string_that_is_none_stays_as_it_is() -> None:
    assert decoded(b'"a\\u00e9"') == "aé"
    assert decoded(b'"\\x"') == '"\\x"'


def test_a_place_is_a_line_and_a_character() -> None:
    text = '{"é": 1,\n"ü€😀": x}'.encode()
    assert place_of(MemoryBody(text), text.index(b"x")) == (2, 8)
    assert place_of(MemoryBody(text), 0) == (1, 1)
