"""SVG as a picture: nothing outside of it is touched (quality.md, fault 24; security.md R7)."""

from __future__ import annotations

import base64
import gzip
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from httpdesk.render.svg import (
    DEEPEST,
    LARGEST_TEXT,
    SafeSvg,
    SvgFault,
    SvgPicture,
    SvgRefused,
    paint,
    read_picture,
    safe_svg,
)
from tests.render.test_transcode import spooled

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="100" height="50">'
)
MAGENTA = QColor(255, 0, 255)
LAUGHS = "".join(f'<!ENTITY x{n + 1} "' + f"&x{n};" * 10 + '">' for n in range(9))


def picture_of(svg: str) -> SvgPicture:
    """Return what the child process would answer."""
    return read_picture(b"".join(paint(spooled(svg.encode()))))


def has_magenta(picture: SvgPicture) -> bool:
    """Return whether the trap was painted."""
    image = QImage.fromData(picture.png)
    assert not image.isNull()
    return any(
        image.pixelColor(x, y) == MAGENTA
        for y in range(0, image.height(), 2)
        for x in range(0, image.width(), 2)
    )


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """Give a picture that nothing may show."""
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(MAGENTA)
    path = tmp_path / "trap.png"
    assert image.save(str(path))
    return path


@pytest.mark.parametrize("how", ["{path}", "file://{path}", " {path}", "./../../../..{path}"])
@pytest.mark.parametrize(
    "element",
    [
        '<image href="{href}" width="100" height="50"/>',
        '<image xlink:href="{href}" width="100" height="50"/>',
        (
            '<x:image xmlns:x="http://www.w3.org/2000/svg" xmlns:y="http://www.w3.org/1999/xlink" '
            'y:href="{href}" width="100" height="50"/>'
        ),
        (
            '<filter id="f"><feImage href="{href}"/></filter>'
            '<rect width="100" height="50" filter="url(#f)"/>'
        ),
        '<use href="{href}#a"/><style>@import url({href}); rect {{ fill: url({href}) }}</style>',
    ],
)
def test_no_file_is_read(trap: Path, element: str, how: str) -> None:
    picture = picture_of(HEAD + element.format(href=how.format(path=trap)) + "</svg>")
    assert picture.fault is None
    assert not has_magenta(picture)


def test_the_trap_works(trap: Path) -> None:
    """The painter does read files when it is given the text as received."""
    import resvg_py

    svg = f'{HEAD}<image href="{trap}" width="100" height="50"/></svg>'
    assert has_magenta(SvgPicture(resvg_py.svg_to_bytes(svg_string=svg)))


def test_nothing_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        css = f"@import '{url}'; @font-face {{ font-family: x; src: url({url}) }}"
        picture_of(
            f'<?xml-stylesheet href="{url}"?><!DOCTYPE svg SYSTEM "{url}">{HEAD}'
            f'<style>{css}</style><image href="{url}"/><image xlink:href="{url}"/></svg>'
        )
        with pytest.raises(TimeoutError):
            server.accept()


def test_scripts_and_foreign_objects_are_left_out() -> None:
    svg = safe_svg(
        f'{HEAD}<script>x()</script><g onload="x()"><foreignObject><b>hi</b></foreignObject></g>'
        '<a href="javascript:x()"><rect width="1"/></a></svg>'.encode()
    )
    assert svg.dropped == 4
    for word in ("script", "onload", "foreign", "hi"):
        assert word not in svg.text
    assert '<rect width="1"></rect>' in svg.text


def test_what_is_inside_of_it_is_painted() -> None:
    image = QImage(2, 2, QImage.Format.Format_RGB32)
    image.fill(MAGENTA)
    from PySide6.QtCore import QBuffer

    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    inline = base64.b64encode(buffer.data().data()).decode()
    data = f'<image href="data:image/png;base64,{inline}" width="100" height="50"/>'
    assert has_magenta(picture_of(f"{HEAD}{data}</svg>"))
    styled = '<style>.a { fill: #f0f }</style><defs><rect id="r" class="a" width="99" height="50"/>'
    assert has_magenta(picture_of(f'{HEAD}{styled}</defs><use href="#r"/></svg>'))
    named = '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;" '
    assert has_magenta(
        picture_of(f'{named} width="9" height="9"><rect width="9" height="9" fill="#f0f"/></svg>')
    )


def test_inner_svg_and_data_with_a_path_are_left_out(trap: Path) -> None:
    inner = base64.b64encode(f'{HEAD}<image href="{trap}"/></svg>'.encode()).decode()
    for href in (f"data:image/svg+xml;base64,{inner}", "data:image/png;base64,/../../etc/passwd"):
        assert safe_svg(f'{HEAD}<image href="{href}"/></svg>'.encode()).dropped == 1


@pytest.mark.parametrize(
    ("svg", "fault"),
    [
        (f'<!DOCTYPE svg [<!ENTITY x0 "ha">{LAUGHS}]>{HEAD}<text>&x9;</text></svg>', "entities"),
        (f'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}&x;</svg>', "entities"),
        (f'<!DOCTYPE s [<!ENTITY % x "a">]>{HEAD}</svg>', "entities"),
        (f"{HEAD}{'<g>' * 100_000}{'</g>' * 100_000}</svg>", "too deep"),
        (f"{HEAD}<g></svg>", "invalid"),
        ("<html/>", "invalid"),
        ("", "invalid"),
        (f'{HEAD}<text y="{"9" * LARGEST_TEXT}"/></svg>', "too large"),
    ],
)
def test_bombs_are_refused(svg: str, fault: str) -> None:
    assert picture_of(svg).fault is SvgFault(fault)


def test_short_entities_cannot_grow_without_bound() -> None:
    """A quadratic bomb: one name, many uses."""
    many = f'<!DOCTYPE s [<!ENTITY x "{"a" * 256}">]>{HEAD}{"&x;" * 100_000}</svg>'
    with pytest.raises(SvgRefused):
        safe_svg(many.encode())


def test_the_deepest_that_is_taken_is_painted() -> None:
    """In a process of its own: the painter ends its process when the stack is too small."""
    levels = DEEPEST - 2
    opened = '<g opacity="0.9">' * levels
    svg = f'{HEAD}{opened}<rect width="9" height="9"/>{"</g>" * levels}</svg>'
    program = (
        "import sys; from tests.render.test_svg import picture_of; "
        "assert picture_of(sys.stdin.read()).png"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=svg.encode(), timeout=60, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="100" height="50"', (100, 50)),
        ('width="1in" height="72pt"', (96, 96)),
        ('width="100%" viewBox="0 0 24 12"', (24, 12)),
        ('width="48" viewBox="0,0 24 12"', (48, 24)),
        ('height="6" viewBox="0 0 24 12"', (12, 6)),
        ('width="nan" height="-5" viewBox="a b c d"', (100, 100)),
    ],
)
def test_the_size_is_what_it_asks_for(attributes: str, size: tuple[int, int]) -> None:
    svg = safe_svg(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode())
    assert (svg.width, svg.height) == size


@pytest.mark.parametrize(
    "sides",
    [
        'width="1000000" height="1000000"',
        'width="1" height="10000000"',
        'width="10000000" height="1"',
        'width="50%" height="1000000"',
        'width="1e9" viewBox="0 0 1 9"',
    ],
)
def test_the_picture_is_bounded(sides: str) -> None:
    """Asked for 4 TB; the picture is what 64 MB hold."""
    picture = picture_of(
        f'<svg xmlns="http://www.w3.org/2000/svg" {sides}><rect width="9" height="9"/></svg>'
    )
    image = QImage.fromData(picture.png)
    assert image.width() * image.height() <= 16 * 1024 * 1024
    assert max(image.width(), image.height()) <= 8192


def test_an_answer_that_makes_no_sense_is_a_fault() -> None:
    assert read_picture(b"").fault is SvgFault.INVALID
    assert read_picture(b"1 2 3\nno picture").fault is SvgFault.INVALID
    assert isinstance(safe_svg(f"{HEAD}</svg>".encode()), SafeSvg)
    with pytest.raises(SvgRefused):
        safe_svg(gzip.compress(HEAD.encode()))
