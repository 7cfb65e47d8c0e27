"""The menu of charsets: the common ones, and all others that are known by where they are used."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

COMMON = (
    "utf-8",
    "utf-16",
    "iso-8859-1",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "shift_jis",
    "gb18030",
    "big5",
    "euc-kr",
)
GROUPS = (
    (
        str(QT_TRANSLATE_NOOP("Charset", "Unicode")),
        ("utf-8", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be", "utf-7"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Western")),
        (
            *("us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "macintosh"),
            *("cp437", "cp850", "cp858", "cp860", "cp861", "cp863", "cp865", "hp-roman8"),
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Central European")),
        ("iso-8859-2", "iso-8859-16", "windows-1250", "cp852", "mac_latin2"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "South European, Nordic, Celtic")),
        ("iso-8859-3", "iso-8859-10", "iso-8859-14", "mac_iceland"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Baltic")),
        ("iso-8859-4", "iso-8859-13", "windows-1257", "cp775"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Cyrillic")),
        (
            *("iso-8859-5", "windows-1251", "koi8-r", "koi8-u", "koi8-t", "ibm866", "cp855"),
            *("mac_cyrillic", "ptcp154", "kz1048"),
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Greek")),
        ("iso-8859-7", "windows-1253", "cp737", "cp869", "mac_greek"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Turkish")),
        ("iso-8859-9", "windows-1254", "cp857", "mac_turkish"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Hebrew and Arabic")),
        ("iso-8859-8", "windows-1255", "cp862", "iso-8859-6", "windows-1256", "cp864", "cp720"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Japanese")),
        ("shift_jis", "cp932", "euc-jp", "iso-2022-jp", "shift_jisx0213", "euc_jisx0213"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Chinese")),
        ("gb18030", "gbk", "gb2312", "hz", "big5", "big5hkscs", "cp950"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Korean")),
        ("euc-kr", "cp949", "johab", "iso-2022-kr"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Thai and Vietnamese")),
        ("tis-620", "iso-8859-11", "windows-874", "windows-1258"),
    ),
    (
        str(QT_TRANSLATE_NOOP("Charset", "Mainframes (EBCDIC)")),
        ("cp037", "cp500", "cp1026", "cp1140", "cp273", "cp424", "cp875"),
    ),
)


def fill(menu: QMenu, actions: QActionGroup) -> None:
    """Add an action for each charset; its data is the name, "" for what the server says."""
    _add(menu, actions, "", QCoreApplication.translate("BodyBar", "As the server says"))
    menu.addSeparator()
    for name in COMMON:
        _add(menu, actions, name, name)
    menu.addSeparator()
    for title, names in GROUPS:
        others = [name for name in names if name not in COMMON]
        inner = menu.addMenu(QCoreApplication.translate("Charset", title))
        for name in others:
            _add(inner, actions, name, name)


def _add(menu: QMenu, actions: QActionGroup, name: str, title: str) -> None:
    action = menu.addAction(title)
    action.setData(name)
    action.setCheckable(True)
    actions.addAction(action)
