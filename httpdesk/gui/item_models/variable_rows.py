"""The variables of an environment as rows that are edited, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from httpdesk.model.environment import ValueType, Variable


@dataclass(frozen=True, slots=True)
class VariableRow:
    """A variable as it stands in the table."""

    name: str
    value: str = field(repr=False)
    """Of a secret one what was typed and is not kept yet."""
    enabled: bool = True
    description: str = ""
    secret: bool = False
    type: ValueType = ValueType.STRING
    was: str = ""
    """The name that its secret value is kept under by now; "" for a row that has none."""


def rows_of(variables: Sequence[Variable]) -> tuple[VariableRow, ...]:
    """Return the rows for variables."""
    return tuple(
        VariableRow(
            each.name,
            each.value,
            each.enabled,
            each.description,
            each.secret,
            each.type,
            each.name if each.secret else "",
        )
        for each in variables
    )


def variables_of(rows: Sequence[VariableRow]) -> tuple[Variable, ...]:
    """Return what a file says of the rows: never the value of a secret one."""
    return tuple(
        Variable(
            row.name,
            "" if row.secret else row.value,
            row.enabled,
            row.secret,
            row.type,
            row.description,
        )
        for row in rows
    )


def typed_secrets(rows: Sequence[VariableRow]) -> dict[str, str]:
    """Return the secret values that were typed, by name."""
    return {row.name: row.value for row in rows if row.secret and row.value and row.name}


def kept_names(rows: Sequence[VariableRow]) -> dict[str, str]:
    """Return the names that secret values are kept under, by the names of now."""
    return {row.name: row.was for row in rows if row.secret and row.was}
