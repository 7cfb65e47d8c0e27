"""Reading and tidying the plain values of a file: whatever is of another kind is nothing."""

from __future__ import annotations

from typing import Any


def mapping(data: Any, key: str) -> dict[str, Any]:
    """Return the mapping under `key`, an empty one for anything else."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def rows(data: dict[str, Any], key: str) -> list[Any]:
    """Return the list under `key`, an empty one for anything else."""
    value = data.get(key)
    return value if isinstance(value, list) else []


def text(data: dict[str, Any], key: str) -> str:
    """Return the text under `key`, "" for anything else."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def is_on(data: dict[str, Any], key: str) -> bool:
    """Return whether the value under `key` is true, as a text (YAML) or as itself (JSON)."""
    return data.get(key) is True or text(data, key).lower() == "true"


def without_empty(data: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping without what equals nothing, at every depth."""
    kept = {
        key: without_empty(value) if isinstance(value, dict) else value
        for key, value in data.items()
    }
    return {key: value for key, value in kept.items() if value not in ("", [], {}, False)}
