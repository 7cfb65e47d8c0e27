"""The menu of charsets (statement 53)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from httpdesk.gui.response.charset_menu import COMMON, GROUPS
from httpdesk.render.decode import CharsetSource, charset_of, find_codec
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed


@pytest.mark.parametrize(
    "name", sorted({*COMMON, *(name for _, group in GROUPS for name in group)})
)
def test_every_charset_of_the_menu_is_known(name: str) -> None:
    assert find_codec(name) is not None


def test_any_charset_is_read_without_sending_again(pane: Pane) -> None:
    """Statement 53."""
    pane.show(answered("Ελλάδα".encode("cp737"), headers=typed("text/plain")))
    menu = pane.body.bar.charset.menu()
    assert not menu.actions(), "made for every tab, and seldom seen"
    menu.popup(QPoint())
    menu.close()
    inner = menu.findChildren(QMenu)
    assert len(inner) == len(GROUPS)
    actions = {str(each.data()): each for group in inner for each in group.actions()}
    with pane.qtbot.waitSignal(pane.body.shown):
        actions["cp737"].trigger()
    pane.settle()
    assert pane.text().strip() == "Ελλάδα"
    assert pane.body.bar.charset.text() == "CP737"


@pytest.mark.parametrize(
    "document",
    [
        '<?xml version="1.0" encoding="windows-1251"?><a>Привет</a>',
        "<html><meta charset=windows-1251><p>Привет",
        '<META http-equiv="Content-Type" content="text/html; charset=windows-1251">Привет',
    ],
)
def test_a_document_may_name_its_charset(document: str) -> None:
    charset = charset_of(document.encode("windows-1251"))
    assert (charset.codec, charset.source) == ("cp1251", CharsetSource.DOCUMENT)
    assert charset_of(document.encode()).codec == "utf-8", "valid UTF-8 is that"
    assert charset_of(document.encode("windows-1251"), "koi8-r").codec == "koi8-r"
