"""An environment as a file of OpenCollection, `environments/<name>.yml` (storage.md).

Writing an existing file touches only what changed, and what is written is read back and compared
before it is handed out. The file holds no value of a secret variable.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from httpdesk.formats import yaml_text
from httpdesk.formats.file_rows import is_on, prose, variable_text
from httpdesk.formats.opencollection import NotKeptError
from httpdesk.formats.variable_rows import (
    change_rows,
    edit_description,
    read_variable,
    row_nodes,
    variable_data,
)
from httpdesk.formats.yaml_edit import Patch, UnpatchableError, source_of
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Sequence,
    Tree,
    child,
    data_of,
    items,
    parse,
    plain,
    text_of,
)
from httpdesk.model.environment import PROTECTED_VARIABLE, Environment, Variable
from httpdesk.model.errors import FileNotUnderstood

ENDING = ".yml"
_KEPT = ("externalSecrets", "clientCertificates")
"""What OpenCollection has for environments and no send uses yet."""
_TEXTS = (("color", "color"), ("extends", "extends"), ("dotenv", "dotEnvFilePath"))
"""Fields that are plain text, with their keys."""
_PROTECTS = Variable(PROTECTED_VARIABLE, "true")
_OURS = {"name", "description", "variables", *(key for _, key in _TEXTS)}


def read_environment(data: bytes, path: str = "", default_name: str = "") -> Environment:
    """Return the environment of a file; raises FileNotUnderstood or ConflictMarkers."""
    return _read(parse(data, path), path, default_name)


def new_environment(environment: Environment) -> bytes:
    """Return the file of a new environment; whatever equals its default is left out."""
    wanted = storable(environment)
    rows = [variable_data(each) for each in wanted.variables]
    if wanted.protected:
        rows.append(variable_data(_PROTECTS))
    found = {
        "name": wanted.name,
        "color": wanted.color,
        "description": wanted.description,
        "extends": wanted.extends,
        "dotEnvFilePath": wanted.dotenv,
        "variables": rows,
    }
    kept = {key: value for key, value in found.items() if value or key == "name"}
    data = _lines(kept).encode()
    if _comparable(read_environment(data)) != _comparable(wanted):
        raise NotKeptError
    return data


def edit_environment(
    data: bytes, environment: Environment, path: str = "", default_name: str = ""
) -> bytes:
    """Return the file with `environment` in it; only what differs is touched.

    Raises what `read_environment` raises.
    """
    tree = parse(data, path)
    wanted = storable(environment)
    if _comparable(_read(tree, path, default_name)) == _comparable(wanted):
        return data
    changed = _patched(tree, wanted, path, default_name)
    if changed is None:
        # Written in a way that no small change fits: once rewritten plainly, the change fits.
        tree = parse(tree.encode(yaml_text.document(source_of(tree.root), tree.newline)), path)
        changed = _patched(tree, wanted, path, default_name)
    if changed is None:
        raise NotKeptError
    return changed


def storable(environment: Environment) -> Environment:
    """Return the environment as a file can hold it.

    Lone surrogates become U+FFFD, a row of the reserved name says that it is protected, and a
    secret variable has no value.
    """
    own = [each for each in environment.variables if each.name == PROTECTED_VARIABLE]
    protects = any(each.enabled and _says_true(each.value) for each in own)
    clean = yaml_text.without_surrogates
    rows = tuple(_storable_row(each) for each in environment.variables if each not in own)
    protected = environment.protected or protects
    return replace(
        environment,
        name=clean(environment.name),
        color=clean(environment.color),
        extends=clean(environment.extends),
        dotenv=clean(environment.dotenv),
        description=clean(environment.description),
        variables=rows,
        protected=protected,
    )


def _storable_row(row: Variable) -> Variable:
    clean = yaml_text.without_surrogates
    value = "" if row.secret else clean(row.value)
    return replace(row, name=clean(row.name), value=value, description=clean(row.description))


def _read(tree: Tree, path: str, default_name: str) -> Environment:
    root = tree.root
    shape = plain(child(root, "variables"))
    if not isinstance(root, Mapping) or not (
        shape is None or isinstance(shape, Sequence) or not data_of(shape)
    ):
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not an environment")
    return Environment(
        name=text_of(child(root, "name")) or default_name,
        protected=any(_protects(row) for row in row_nodes(shape)),
        color=text_of(child(root, "color")),
        variables=tuple(read_variable(row) for row in _own_rows(shape)),
        extends=text_of(child(root, "extends")),
        dotenv=text_of(child(root, "dotEnvFilePath")),
        description=prose(child(root, "description")),
        unapplied=tuple(key for key in _KEPT if data_of(child(root, key))),
    )


def _own_rows(held: Node | None) -> list[Mapping]:
    """Return the rows that are variables of the user."""
    return [row for row in row_nodes(held) if not _is_reserved(row)]


def _is_reserved(row: Mapping) -> bool:
    return text_of(child(row, "name")) == PROTECTED_VARIABLE


def _protects(row: Mapping) -> bool:
    return _is_reserved(row) and is_on(row) and _says_true(variable_text(row))


def _says_true(text: str) -> bool:
    return text.strip().lower() == "true"


def _patched(tree: Tree, wanted: Environment, path: str, default_name: str) -> bytes | None:
    try:
        data = tree.encode(_text(tree, wanted, path, default_name))
        after = parse(data, path)
        same = _comparable(_read(after, path, default_name)) == _comparable(wanted)
    except (UnpatchableError, FileNotUnderstood):
        return None
    return data if same and _rest(after) == _rest(tree) else None


def _text(tree: Tree, wanted: Environment, path: str, default_name: str) -> str:
    old, root = _read(tree, path, default_name), tree.root
    patch = Patch(tree)
    if not isinstance(root, Mapping):
        raise UnpatchableError
    bare = not wanted.variables and not wanted.protected and set(root.entries) <= {"variables"}
    if old.name != wanted.name or bare:
        # Without any row and name the file would be empty, and then it would be none.
        patch.put(("name",), wanted.name)
    for name, key in _TEXTS:
        if getattr(old, name) != (text := getattr(wanted, name)):
            _put_or_remove(patch, root, key, text)
    if old.description != wanted.description:
        edit_description(patch, root, wanted.description)
    _change_variables(patch, root, old, wanted)
    return patch.apply()


def _put_or_remove(patch: Patch, root: Mapping, key: str, text: str) -> None:
    if text:
        patch.put_in(root, (key,), text)
    else:
        patch.remove(root, key)


def _change_variables(patch: Patch, root: Mapping, old: Environment, wanted: Environment) -> None:
    held = plain(child(root, "variables"))
    protection = _protection(patch, held, old, wanted)
    nodes = _own_rows(held)
    if protection and not items(held):
        # One new list holds both: the rows, and behind them the reserved one.
        rows = [variable_data(each) for each in wanted.variables]
        patch.put(("variables",), [*rows, protection])
        return
    if old.variables != wanted.variables:
        change_rows(patch, ("variables",), held, nodes, wanted.variables)
    if protection and isinstance(held, Sequence):
        patch.insert(held, len(held.items), protection)


def _protection(
    patch: Patch, held: Node | None, old: Environment, wanted: Environment
) -> dict[str, Any] | None:
    """Change the reserved rows; return one that is to be added."""
    if old.protected == wanted.protected:
        return None
    reserved = [row for row in row_nodes(held) if _is_reserved(row)]
    if isinstance(held, Sequence):
        for row in reserved:
            patch.drop(held, row)
    if not wanted.protected:
        return None
    return variable_data(_PROTECTS)


def _comparable(environment: Environment) -> Environment:
    """Return the environment without what the file alone decides."""
    return replace(environment, unapplied=())


def _rest(tree: Tree) -> dict[str, Any]:
    """Return what the file says beyond the environment, which no save may change."""
    return {key: value for key, value in data_of(tree.root).items() if key not in _OURS}


def _lines(data: dict[str, Any]) -> str:
    """Return a new file as Bruno writes environments: without blank lines between the keys."""
    parts = [yaml_text.document({key: value}) for key, value in data.items()]
    return "".join(parts)
