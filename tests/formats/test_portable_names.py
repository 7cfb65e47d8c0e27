"""File names that every system and git keep (storage.md, quality.md row 27)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.formats.portable_names import free_name, is_portable, key, portable_name

AWKWARD = 'ab ./\\:*?"<>|~\x00\x1f\x7f\u202e\u200béÉ😀ﬁß\u0301-'


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GET /users?id=1", "GET users-id=1.yml"),
        ("a/b\\c:d", "a-b-c-d.yml"),
        ("Step 1: log in", "Step 1 log in.yml"),
        ("../../etc/passwd", "etc-passwd.yml"),
        (".hidden", "hidden.yml"),
        ("a. . ", "a.yml"),
        ("  a  \t b ", "a b.yml"),
        ("", "untitled.yml"),
        ("???", "untitled.yml"),
        ("CON", "CON_.yml"),
        ("nul.txt", "nul_txt.yml"),
        ("com1", "com1_.yml"),
        ("LPT¹", "LPT¹_.yml"),
        ("folder", "folder_.yml"),
        ("OpenCollection", "OpenCollection_.yml"),
        ("pay\u202egpj", "paygpj.yml"),
        ("cafe\u0301", "café.yml"),
        ("cafe\u200b\u0301", "café.yml"),
        ("😀", "😀.yml"),
    ],
)
def test_a_name_becomes_a_file_name(name: str, expected: str) -> None:
    assert portable_name(name, ".yml") == expected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30) | st.text(alphabet=AWKWARD, max_size=300) | st.just("\ud800"))
def test_any_name_becomes_a_safe_file_name(name: str) -> None:
    made = portable_name(name, ".yml")
    assert is_portable(made)
    assert made.endswith(".yml")
    assert len(made) <= 200
    assert len(made.encode()) <= 240
    assert made == unicodedata.normalize("NFC", made)
    assert not made.startswith((".", " ", "-"))
    assert portable_name(made.removesuffix(".yml"), ".yml") == made


def test_long_names_are_cut_and_stay_different() -> None:
    one = free_name("x" * 300, ".yml", [])
    two = free_name("x" * 300, ".yml", [one])
    assert len(one) == 200
    assert (len(two), two[-6:]) == (200, " 2.yml")


def test_names_that_some_system_takes_for_one_get_a_number() -> None:
    assert free_name("Users", ".yml", ["users.yml", "USERS 2.YML"]) == "Users 3.yml"
    assert free_name("É", ".yml", ["e\u0301.yml"]) == "É 2.yml"
    assert free_name("b", "", ["B"]) == "b 2"
    assert key("Straße") == key("STRASSE")


@pytest.mark.parametrize("name", ["a:b", "con", "nul.yml", "a ", "a.", " a", "x" * 201, "a\n"])
def test_what_is_not_portable(name: str) -> None:
    assert not is_portable(name)
