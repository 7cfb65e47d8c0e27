"""The way to a place in a JSON body."""

from __future__ import annotations

import json
import random

import pytest

from httpdesk.model.memory_body import MemoryBody
from httpdesk.render.json_tree import CONTAINERS
from httpdesk.render.json_way import way_to
from tests.render.test_json_tree import random_json


@pytest.mark.parametrize("seed", range(2))
def test_the_way_leads_to_the_value_that_holds_a_byte(seed: int) -> None:
    chance = random.Random(seed)
    items = [random_json(chance, 3) for _ in range(9000)]
    text = ('{"many": [' + ",".join(items) + '], "z": [1, "needle"]}').encode()
    body = MemoryBody(text)
    starts = [10]
    for item in items:
        starts.append(starts[-1] + len(item.encode()) + 1)
    for _ in range(8):
        number = chance.randrange(len(items))
        levels = way_to(body, starts[number], 3)
        third = levels[2]
        assert third.first + third.row == number
        node = third.nodes[third.row]
        received = text[node.start : node.end].decode() if node.end else items[number]
        assert received == items[number]
    levels = way_to(body, text.index(b"needle"), 9)
    assert [level.first + level.row for level in levels] == [0, 1, 1]


def test_what_follows_is_read_on() -> None:
    text = json.dumps([{"id": number} for number in range(5000)]).encode()
    levels = way_to(MemoryBody(text), text.index(b"4500"), 9)
    page = levels[1]
    assert (page.first, page.row, len(levels)) == (4500, 0, 3)
    after = page.first + len(page.nodes)
    (node,) = page.children.take(1)
    assert json.loads(text[node.start : node.end]) == {"id": after}


def test_a_byte_between_values_leads_to_their_container() -> None:
    text = b'{"a": [1 , 2], "b": 3}'
    levels = way_to(MemoryBody(text), 9, 9)
    last = levels[-1]
    assert last.nodes[last.row].kind in CONTAINERS
