"""Values out of a JSON body by a selector such as `res.body.data[0].token`, nothing parsed.

Selectors are what OpenCollection writes for `set-variable` actions (storage.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from json import JSONDecodeError, loads

from httpdesk.model.request import SetVariable
from httpdesk.model.response import BodyHandle
from httpdesk.render.json_tree import PAGE, Children, Node, NodeKind, decoded, measure
from httpdesk.render.rows import Pause, no_pause, read_piece

LONGEST_VALUE = 1_000_000
"""Bytes of a value that a variable holds."""

_ROOT = "res.body"
_STEP = re.compile(
    r"\.([^.\[\]\s'\"]+)|\[(\d{1,9})\]"
    r"|\['((?:[^'\\]|\\.)*+)'\]"
    r'|\["((?:[^"\\]|\\.)*+)"\]'
)
_ESCAPED = re.compile(r"\\(.)")


def selector_of(path: str) -> str:
    """Return the selector for a JSONPath of keys and indexes, as `json_path` writes it."""
    return _ROOT + path.removeprefix("$")


def taken_values(
    actions: Sequence[SetVariable], body: BodyHandle, pause: Pause = no_pause
) -> tuple[tuple[tuple[str, str], ...], tuple[SetVariable, ...]]:
    """Return the variables that are taken out of a body, and the actions that find nothing."""
    taken: dict[str, str] = {}
    missing = []
    for action in actions:
        if not action.enabled or not action.name:
            continue
        try:
            taken[action.name] = select(body, action.selector, pause)
        except LookupError:
            missing.append(action)
    return tuple(taken.items()), tuple(missing)


def select(body: BodyHandle, selector: str, pause: Pause = no_pause) -> str:
    """Return a value: a text without quotes and escapes, anything else as received.

    Raises LookupError where the selector leads nowhere, is none of ours, or the value is too long.
    """
    node = _first(Children(body), pause)
    for step in _steps(selector):
        wanted = NodeKind.ARRAY if isinstance(step, int) else NodeKind.OBJECT
        if node.kind is not wanted:
            raise LookupError(selector)
        node = _below(body, node, step, pause)
    end = node.end or measure(body, node.start, pause).end
    if end - node.start > LONGEST_VALUE:
        raise LookupError(selector)
    token = read_piece(body, node.start, end - node.start)
    return decoded(token) if node.kind is NodeKind.STRING else token.decode("utf-8", "replace")


def _first(children: Children, pause: Pause) -> Node:
    found = children.take(1, pause)
    if not found:
        raise LookupError
    return found[0]


def _below(body: BodyHandle, node: Node, step: str | int, pause: Pause) -> Node:
    """Return a value in a container; of repeated keys the last one, as parsers have it."""
    children, number = Children(body, node), 0
    found: Node | None = None
    while not children.complete:
        page = children.take(PAGE, pause)
        if isinstance(step, int):
            if step < number + len(page):
                return page[step - number]
            number += len(page)
            continue
        for member in page:
            if member.key is not None and decoded(member.key) == step:
                found = member
    if found is None:
        raise LookupError(step)
    return found


def _steps(selector: str) -> Iterator[str | int]:
    if not selector.startswith(_ROOT):
        raise LookupError(selector)
    at = len(_ROOT)
    while at < len(selector):
        step = _STEP.match(selector, at)
        if step is None:
            raise LookupError(selector)
        at = step.end()
        if step[2] is not None:
            yield int(step[2])
        elif step[1] is not None:
            yield step[1]
        else:
            yield _unescaped(step[3] or step[4] or "")


def _unescaped(name: str) -> str:
    try:
        return str(loads('"' + name.replace("\\'", "'").replace('"', '\\"') + '"'))
    except JSONDecodeError:
        return _ESCAPED.sub(r"\1", name)
