"""Which entities of a document type are taken: short names for texts, as drawing programs write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

LONGEST_VALUE = 256


class EntityRefused(ValueError):
    """A document declares an entity that may grow, or that names something outside of it."""


def refuse_entities(parser: XMLParserType) -> None:
    """Let a parser raise EntityRefused for all entities but short texts without others in them."""
    parser.EntityDeclHandler = _check


def _check(_: str, is_parameter: bool, value: str | None, *_outside: str | None) -> None:
    if is_parameter or value is None or "&" in value or len(value) > LONGEST_VALUE:
        raise EntityRefused("an entity may grow, or names something outside of the body")
