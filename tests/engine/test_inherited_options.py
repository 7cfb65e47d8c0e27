"""Which level an option comes from: one answer for the preview, the send and the window."""

from __future__ import annotations

from itertools import combinations

import pytest

from httpdesk.engine.inherited_options import (
    inherited_options,
    saying,
    silent,
    with_inherited,
    with_options,
)
from httpdesk.engine.level_merge import merge_levels
from httpdesk.engine.resolve import Means, preview, resolve
from httpdesk.model.collection import Defaults, RequestDefaults, Scope
from httpdesk.model.exchange import Origin
from httpdesk.model.level import Level
from httpdesk.model.request import Header, Options, Request

LEVELS = ("workspace", "collection", "environment", "folder", "inner", "request")
"""From the outermost in (statement 82)."""


def world(says: dict[str, int]) -> tuple[Request, Defaults, Scope]:
    """Return a request in two folders of which each level has its own number of retries."""

    def file(level: str, origin: Origin) -> tuple[str, RequestDefaults]:
        options = Options().stating(retry_max=says[level]) if level in says else Options()
        return origin.value, RequestDefaults(name=level, path=level, options=options)

    defaults = (
        file("collection", Origin.COLLECTION),
        file("folder", Origin.FOLDER),
        file("inner", Origin.FOLDER),
    )
    scope = Scope(
        tuple(
            (origin.value, (("httpdesk.retry.max", str(says[level])),))
            for level, origin in (
                ("workspace", Origin.WORKSPACE),
                ("environment", Origin.ENVIRONMENT),
            )
            if level in says
        )
    )
    own = Options().stating(retry_max=says["request"]) if "request" in says else Options()
    return Request(url="http://h/", options=own), defaults, scope


@pytest.mark.parametrize("saying_levels", [*combinations(LEVELS, 2), *combinations(LEVELS, 4)])
def test_the_innermost_level_that_says_it_wins(saying_levels: tuple[str, ...]) -> None:
    """Statement 82's order, for options: also a stated 0 counts."""
    for zero in saying_levels:
        says = {level: 0 if level == zero else 3 + at for at, level in enumerate(saying_levels)}
        request, defaults, scope = world(says)
        expected = says[saying_levels[-1]]
        means = Means(scope=scope, defaults=defaults)
        assert resolve(request, means).options.retry_max == expected
        found = preview(request, means).request
        assert found is not None
        assert found.options.retry_max == expected
        once = with_inherited(request, defaults, scope)
        assert with_inherited(once, defaults, scope).options.retry_max == expected


def test_it_is_known_which_level_said_it() -> None:
    _, defaults, scope = world({"collection": 2, "environment": 3})
    found = inherited_options(defaults, scope)["retry_max"]
    assert (found.value, found.origin) == (3, Origin.ENVIRONMENT)
    _, defaults, scope = world({"collection": 2, "inner": 4})
    found = inherited_options(defaults, scope)["retry_max"]
    assert (found.level, found.path) == ("inner", "inner")


def test_a_connection_is_decided_elsewhere() -> None:
    defaults = (("folder", RequestDefaults(options=Options(connection="Orders"))),)
    assert inherited_options(defaults, Scope()) == {}


def test_a_default_is_stated_only_against_something_else() -> None:
    _, defaults, scope = world({"folder": 3})
    inherited = inherited_options(defaults, scope)
    stated = saying(Options(), inherited, retry_max=0, debug=False)
    assert stated == Options(stated=("retry_max",))
    assert with_options(stated, inherited).retry_max == 0
    assert silent(stated, ["retry_max"]) == Options()
    assert with_options(Options(), inherited).retry_max == 3


def test_both_sides_of_a_level_are_merged() -> None:
    base = Level("F", headers=(Header("A", "1"),), options=Options(retry_max=1), notes="n")
    mine = Level("F", headers=(Header("A", "2"),), options=Options(retry_max=2), notes="n")
    theirs = Level(
        "F", headers=base.headers, options=Options(retry_max=1, debug=True), notes="theirs"
    )
    merged, both = merge_levels(base, mine, theirs)
    assert both == ()
    assert merged == Level(
        "F", headers=mine.headers, options=Options(retry_max=2, debug=True), notes="theirs"
    )
    other = Level("F", headers=(Header("A", "3"),), options=Options(), notes="n")
    merged, both = merge_levels(base, mine, other)
    assert both == ("headers", "options")
    assert merged == mine
