"""Where things of a YAML file stand in its text: lines, the ends of values, comments."""

from __future__ import annotations

import re

from httpdesk.formats.yaml_tree import Mapping, Node, Scalar, Sequence

_TRAILING_LINES = re.compile(r"(?:\r?\n[ \t]*)+\Z")


class Places:
    """Answers questions about one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def content_end(self, node: Node) -> int:
        """Return where the last character of a value stands, its line break excluded."""
        if isinstance(node, Mapping) and not node.flow and node.entries:
            return self.content_end(list(node.entries.values())[-1][1])
        if isinstance(node, Sequence) and not node.flow and node.items:
            return self.content_end(node.items[-1])
        if not is_block(node):
            return node.end
        raw = self._text[node.start : node.end]
        if "+" in raw.partition("\n")[0].partition("#")[0] or _ends_blank(node):
            return node.start + len(raw.removesuffix("\n").removesuffix("\r"))
        return node.start + len(_TRAILING_LINES.sub("", raw))

    def line_start(self, at: int) -> int:
        """Return where the line of this place starts."""
        return self._text.rfind("\n", 0, max(at, 0)) + 1

    def line_stop(self, at: int) -> int:
        """Return where the line ends, in front of its line break."""
        end = self._text.find("\n", at)
        if end < 0:
            return len(self._text)
        return end - 1 if end > at and self._text[end - 1] == "\r" else end

    def line_end(self, at: int) -> int:
        """Return where the next line starts."""
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1

    def line(self, at: int) -> str:
        """Return the line of this place without its line break."""
        return self._text[self.line_start(at) : self.line_stop(at)]

    def comment_after(self, at: int) -> str:
        """Return the comment on the rest of the line with the blanks before it, or nothing."""
        found = re.search(r"[ \t]+#.*", self._text[at : self.line_stop(at)])
        return found[0] if found else ""


def is_block(node: Node) -> bool:
    """Return whether a value is a literal or folded block."""
    return isinstance(node, Scalar) and node.style in {"|", ">"}


def _ends_blank(node: Node) -> bool:
    """Return whether the last line of a block scalar is made of spaces that count."""
    last = node.text.rstrip("\n").rpartition("\n")[2] if isinstance(node, Scalar) else ""
    return bool(last) and not last.strip()
