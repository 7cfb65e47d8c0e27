"""A collection's `opencollection.yml` or a folder's `folder.yml` as a Level, edited in place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from httpdesk.formats import yaml_text
from httpdesk.formats.auth_block import auth_data, auth_of
from httpdesk.formats.file_patch import FilePatch
from httpdesk.formats.file_rows import mappings, name_of, prose, row_of
from httpdesk.formats.opencollection import NotKeptError, clean
from httpdesk.formats.opencollection_data import row_data, settings_data
from httpdesk.formats.opencollection_read import options_of, read_defaults
from httpdesk.formats.variable_rows import change_rows, read_variable, row_nodes
from httpdesk.formats.yaml_edit import UnpatchableError, source_of
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Tree,
    child,
    data_of,
    parse,
    text_of,
)
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.level import Level
from httpdesk.model.request import Header
from httpdesk.model.reserved_options import PREFIX, write_options

_VARIABLES = ("request", "variables")
_HEADERS = ("request", "headers")
_SETTINGS = ("request", "settings", "http")


@dataclass(slots=True)
class _Reading:
    level: Level
    headers: list[Node] = field(default_factory=list)
    variables: list[Mapping] = field(default_factory=list)


def read_level(data: bytes, path: str = "", default_name: str = "") -> Level:
    """Return what a file says for the requests below; raises FileNotUnderstood, ConflictMarkers."""
    return _read(parse(data, path), path, default_name).level


def edit_level(data: bytes, level: Level, path: str = "", default_name: str = "") -> bytes:
    """Return the file with `level` in it; only what differs is touched.

    Raises what `read_level` raises.
    """
    tree = parse(data, path)
    reading, wanted = _read(tree, path, default_name), storable_level(level)
    if _comparable(wanted) == _comparable(reading.level):
        return data
    changed = _patched(tree, reading, wanted, path, default_name)
    if changed is None:
        # Written in a way that no small change fits: once rewritten plainly, it does.
        # A file that held nothing else would be empty, and then it would be no folder's.
        plain_data = {"info": {"type": "folder"}, **source_of(tree.root)}
        tree = parse(tree.encode(yaml_text.document(plain_data, tree.newline)), path)
        reading = _read(tree, path, default_name)
        changed = _patched(tree, reading, wanted, path, default_name)
    if changed is None:
        raise NotKeptError
    return changed


def storable_level(level: Level) -> Level:
    """Return the level as a file can hold it.

    Lone surrogates become U+FFFD. A value that is secret has no place here, and rows that
    are named like an option are not taken.
    """
    rows = (row for row in level.variables if not row.name.startswith(PREFIX))
    return clean(
        replace(
            level, variables=tuple(replace(row, value="") if row.secret else row for row in rows)
        )
    )


def _read(tree: Tree, path: str, default_name: str) -> _Reading:
    root = tree.root
    if not isinstance(root, Mapping):
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not a mapping")
    request = child(root, "request")
    headers = mappings(child(request, "headers"))
    rows = row_nodes(child(request, "variables"))
    variables = [row for row in rows if not name_of(row).startswith(PREFIX)]
    level = Level(
        name=text_of(child(root, "info", "name"), default_name),
        headers=tuple(Header(*row_of(row)) for row in headers),
        variables=tuple(read_variable(row) for row in variables),
        auth=auth_of(data_of(child(request, "auth"))),
        options=options_of(child(request, "settings", "http"), child(request, "variables")),
        notes=prose(child(root, "docs")),
        unapplied=read_defaults(root).unapplied,
    )
    return _Reading(level, headers, variables)


def _level_settings(level: Level) -> dict[str, Any]:
    said = settings_data(level.options)
    said.pop("encodeUrl", None)
    return said


class _LevelPatch(FilePatch):
    """The changes from the level that a file holds to another one."""

    def __init__(self, tree: Tree, reading: _Reading) -> None:
        super().__init__(tree)
        self._old, self._reading = reading.level, reading

    def text(self, new: Level) -> str:
        """Return the file's text with `new` in it; raises UnpatchableError."""
        old = self._old
        if new.name != old.name:
            self._patch.put(("info", "name"), new.name)
        if new.headers != old.headers:
            self._rows(_HEADERS, self._reading.headers, old.headers, new.headers)
        if new.auth != old.auth:
            self._put_or_remove(("request",), "auth", new.auth and auth_data(new.auth))
        if new.variables != old.variables:
            held_rows = child(self._root, *_VARIABLES)
            change_rows(self._patch, _VARIABLES, held_rows, self._reading.variables, new.variables)
        if new.options != old.options:
            self._reserved(_VARIABLES, write_options(old.options), write_options(new.options))
            held, wanted = _level_settings(old), _level_settings(new)
            for key in held | wanted:
                if held.get(key) != wanted.get(key):
                    self._put_or_remove(_SETTINGS, key, wanted.get(key))
        if new.notes != old.notes:
            self._notes(new.notes)
        return self._patch.apply()

    def _data(self, row: Any) -> dict[str, Any]:
        return row_data(row)

    def _put_or_remove(self, keys: tuple[str, ...], key: str, data: Any) -> None:
        owner = child(self._root, *keys)
        if data is not None:
            self._patch.put((*keys, key), data)
        elif isinstance(owner, Mapping):
            self._patch.remove(owner, key)


def _patched(
    tree: Tree, reading: _Reading, wanted: Level, path: str, default_name: str
) -> bytes | None:
    try:
        data = tree.encode(_LevelPatch(tree, reading).text(wanted))
        after = parse(data, path)
        got = _read(after, path, default_name).level
    except (UnpatchableError, FileNotUnderstood):
        return None
    same = _comparable(got) == _comparable(wanted) and _rest(after) == _rest(tree)
    return data if same else None


def _comparable(level: Level) -> Level:
    return replace(level, unapplied=())


def _rest(tree: Tree) -> dict[str, Any]:
    """Return what the file says beyond the level, which no save may change."""
    rest = dict(data_of(tree.root))
    rest.pop("docs", None)
    request = dict(rest.pop("request", None) or {})
    settings = dict(request.pop("settings", None) or {})
    http = dict(settings.pop("http", None) or {})
    info = dict(rest.pop("info", None) or {})
    parts = {
        "": rest,
        "info": {key: value for key, value in info.items() if key not in {"name", "type"}},
        "request": {
            key: value
            for key, value in request.items()
            if key not in {"headers", "auth", "variables"}
        },
        "settings": settings,
        "http": {
            key: value
            for key, value in http.items()
            if key not in {"timeout", "followRedirects", "maxRedirects"}
        },
    }
    return {key: value for key, value in parts.items() if value}
