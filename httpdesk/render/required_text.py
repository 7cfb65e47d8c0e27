"""The text that every match of a regular expression holds, to pass over what cannot match."""

from __future__ import annotations

LEAST = 2
"""Characters; fewer stand everywhere."""

_ENDS = ".^$"
_OPTIONAL = "*?{"
_STRUCTURE = "|()"
_META = _ENDS + _OPTIONAL + "+[\\"


def required_text(expression: str) -> str:
    """Return the longest such text that is easily told, or "".

    Expressions with groups or choices are not looked into; nothing is returned that might be
    missing in a match.
    """
    if any(character in expression for character in _STRUCTURE):
        return ""
    runs = [""]
    at = 0
    while at < len(expression):
        literal, at = _literal_at(expression, at)
        following = expression[at : at + 1]
        if literal and not (following and following in _OPTIONAL):
            runs[-1] += literal
        if not literal or (following and following in _META.replace("\\", "")):
            runs.append("")
    longest = max(runs, key=len)
    return longest if len(longest) >= LEAST else ""


def _literal_at(expression: str, at: int) -> tuple[str, int]:
    """Return the character that must stand here, "" for anything else, and where that ends."""
    character = expression[at]
    if character == "\\":
        escaped = expression[at + 1 : at + 2]
        # Letters and digits after a backslash are classes, or numbers of several characters.
        return ("" if escaped.isalnum() else escaped), at + 2
    if character == "[":
        return "", _class_end(expression, at)
    if character == "{":
        return "", (expression.find("}", at) + 1) or len(expression)
    return ("" if character in _META else character), at + 1


def _class_end(expression: str, at: int) -> int:
    """Return where a class of characters ends; a bracket may be its first one."""
    at += 2 if expression[at + 1 : at + 2] == "^" else 1
    at += expression[at : at + 1] == "]"
    while at < len(expression) and expression[at] != "]":
        at += 2 if expression[at] == "\\" else 1
    return at + 1
