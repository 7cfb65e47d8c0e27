"""SVG to a picture, for the child process only: a native painter of hostile data may crash.

What is painted is never the text as received. It is read once, by expat, and written anew without
scripts, foreign objects and whatever names something outside of it: the painter would read the
files of the user that an image names (decision 0024).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from httpdesk.model.response import BodyHandle
from httpdesk.render.xml_entities import EntityRefused, refuse_entities

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

LARGEST_TEXT = 16_000_000
"""Bytes of SVG that are read, and characters that are given to the painter."""
MOST_PIXELS = 16 * 1024 * 1024
"""Pixels of a picture: 64 MB at four bytes each."""
LONGEST_SIDE = 8192
DEEPEST = 150
"""Levels of elements; the painter recurses, and deeper ones have ended its process."""
_STACK = 256 * 1024 * 1024
_DEFAULT_SIDE = 100.0
_REFUSED_ELEMENTS = frozenset({"script", "foreignobject", "iframe", "audio", "video", "handler"})
_PICTURES = re.compile(
    r"data:image/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE
)
_LENGTH = re.compile(
    r"\s*\+?([0-9]*\.?[0-9]+(?:e[+-]?[0-9]{1,2})?)(px|pt|pc|mm|cm|in|)\s*", re.IGNORECASE
)
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
}
_PNG = b"\x89PNG"


class SvgFault(Enum):
    """Why an SVG is not painted."""

    TOO_LARGE = "too large"
    TOO_DEEP = "too deep"
    ENTITIES = "entities"
    """It declares entities that name others, or something outside of it."""
    INVALID = "invalid"
    """It is no well-formed SVG, or the painter refuses it."""


class SvgRefused(ValueError):
    """The SVG is not painted."""

    def __init__(self, fault: SvgFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class SafeSvg:
    """An SVG that names nothing outside of itself."""

    text: str
    width: float
    """In pixels, as it asks for."""
    height: float
    dropped: int
    """How many elements and references were left out."""


def paint(body: BodyHandle) -> Iterator[bytes]:
    """Yield what `read_picture` reads: facts and a PNG, or what keeps it from being painted."""
    try:
        svg = safe_svg(body.read_at(0, LARGEST_TEXT + 1))
        png = _painted(svg)
    except SvgRefused as refused:
        yield refused.fault.value.encode()
        return
    yield f"{svg.width:g} {svg.height:g} {svg.dropped}\n".encode()
    yield png


@dataclass(frozen=True, slots=True)
class SvgPicture:
    """What the child process made of an SVG."""

    png: bytes = b""
    width: float = 0
    height: float = 0
    dropped: int = 0
    fault: SvgFault | None = None


def read_picture(answer: bytes) -> SvgPicture:
    """Return what `paint` has yielded."""
    facts, found, png = answer.partition(b"\n")
    if not found or not png.startswith(_PNG):
        known = {fault.value.encode(): fault for fault in SvgFault}
        return SvgPicture(fault=known.get(answer, SvgFault.INVALID))
    width, height, dropped = facts.split()
    return SvgPicture(png, float(width), float(height), int(dropped))


def safe_svg(data: bytes) -> SafeSvg:
    """Return the SVG without scripts and references; raises SvgRefused."""
    if len(data) > LARGEST_TEXT:
        raise SvgRefused(SvgFault.TOO_LARGE)
    return _Cleaner().read(data)


def _painted(svg: SafeSvg) -> bytes:
    """Paint in a thread of its own: the depth that a stack allows is then the same everywhere."""
    outcome: list[bytes] = []
    threading.stack_size(_STACK)
    thread = threading.Thread(target=lambda: outcome.extend(_try_to_paint(svg)))
    thread.start()
    thread.join()
    threading.stack_size(0)
    if not outcome:
        raise SvgRefused(SvgFault.INVALID)
    return outcome[0]


def _try_to_paint(svg: SafeSvg) -> list[bytes]:
    import resvg_py

    width, height = _bounded(svg.width, svg.height)
    try:
        return [resvg_py.svg_to_bytes(svg_string=svg.text, width=width, height=height)]
    except ValueError:
        return []


def _bounded(width: float, height: float) -> tuple[int | None, int | None]:
    """Return the longer side so that the picture has at most `MOST_PIXELS`.

    Given both, the painter lets an SVG of 1 by 10,000,000 be as high as it wants.
    """
    longer = max(width, height)
    factor = min(1.0, LONGEST_SIDE / longer, (MOST_PIXELS / (width * height)) ** 0.5)
    side = max(1, round(longer * factor))
    return (side, None) if width >= height else (None, side)


class _Cleaner:
    """Reads a document with expat and writes it anew."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0
        self._depth = 0
        self._hidden_from = 0
        self._dropped = 0
        self._sides = (_DEFAULT_SIDE, _DEFAULT_SIDE)

    def read(self, data: bytes) -> SafeSvg:
        """Return the document as it may be painted."""
        from xml.parsers import expat

        parser = expat.ParserCreate("utf-8")  # whatever charset it came in
        self._listen(parser)
        try:
            parser.Parse(data, True)
        except EntityRefused as error:
            raise SvgRefused(SvgFault.ENTITIES) from error
        except expat.ExpatError as error:
            raise SvgRefused(SvgFault.INVALID) from error
        return SafeSvg("".join(self._pieces), *self._sides, self._dropped)

    def _listen(self, parser: XMLParserType) -> None:
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        refuse_entities(parser)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise SvgRefused(SvgFault.TOO_DEEP)
        if self._depth == 1:
            attributes = self._root(name, attributes)
        if self._hidden_from:
            return
        if _local(name) in _REFUSED_ELEMENTS:
            self._hidden_from = self._depth
            self._dropped += 1
            return
        kept = "".join(
            f" {key}={quoteattr(value)}"
            for key, value in attributes.items()
            if self._keeps(key, value)
        )
        self._put(f"<{name}{kept}>")

    def _keeps(self, key: str, value: str) -> bool:
        """Keep no script, and no reference but to the document itself or a picture inside it."""
        local = _local(key)
        if local.startswith("on") or local == "base":
            safe = False
        elif local in ("href", "src"):
            safe = value.strip().startswith("#") or _PICTURES.fullmatch(value) is not None
        else:
            safe = True
        self._dropped += not safe
        return safe

    def _end(self, name: str) -> None:
        if not self._hidden_from:
            self._put(f"</{name}>")
        elif self._hidden_from == self._depth:
            self._hidden_from = 0
        self._depth -= 1

    def _text(self, text: str) -> None:
        if not self._hidden_from:
            self._put(escape(text))

    def _root(self, name: str, attributes: Mapping[str, str]) -> Mapping[str, str]:
        """Give the outermost element a size that the painter cannot read in another way."""
        if _local(name) != "svg":
            raise SvgRefused(SvgFault.INVALID)
        self._sides = _natural_size(attributes)
        return {**attributes, "width": repr(self._sides[0]), "height": repr(self._sides[1])}

    def _put(self, piece: str) -> None:
        self._size += len(piece)
        if self._size > LARGEST_TEXT:
            raise SvgRefused(SvgFault.TOO_LARGE)
        self._pieces.append(piece)


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _natural_size(attributes: Mapping[str, str]) -> tuple[float, float]:
    """Return the size in pixels that the outermost element asks for."""
    width, height = (_pixels(attributes.get(side, "")) for side in ("width", "height"))
    box = _view_box(attributes.get("viewBox", ""))
    if width is None and height is None:
        return box or (_DEFAULT_SIDE, _DEFAULT_SIDE)
    across, down = box or (_DEFAULT_SIDE, _DEFAULT_SIDE)
    if width is None:
        assert height is not None
        return height * across / down, height
    return width, width * down / across if height is None else height


def _pixels(text: str) -> float | None:
    found = _LENGTH.fullmatch(text)
    length = float(found[1]) * _PIXELS[found[2].lower()] if found is not None else 0.0
    return length if 0 < length < 1e12 else None


def _view_box(text: str) -> tuple[float, float] | None:
    numbers = text.replace(",", " ").split()
    try:
        _, _, width, height = (float(number) for number in numbers)
    except ValueError:
        return None
    return (width, height) if 0 < width < 1e12 and 0 < height < 1e12 else None
