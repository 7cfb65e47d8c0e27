"""Sizes and times read alike in the window and on the command line (ui.md, wording)."""

from __future__ import annotations

import pytest

from httpdesk.render.units import format_duration, format_size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (788, "788 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (1100, "1.1 KB"),
        (99_949, "99.9 KB"),
        (99_950, "100 KB"),
        (248_000, "248 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (12_400_000, "12.4 MB"),
        (2**31 + 1, "2.1 GB"),
        (5 * 10**15, "5,000 TB"),
    ],
)
def test_sizes_keep_about_three_digits(size: int, text: str) -> None:
    assert format_size(size) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0.0 ms"),
        (0.44, "0.4 ms"),
        (9.94, "9.9 ms"),
        (9.96, "10 ms"),
        (184.2, "184 ms"),
        (999.4, "999 ms"),
        (999.6, "1.00 s"),
        (3300, "3.30 s"),
        (9_994, "9.99 s"),
        (11_400, "11.4 s"),
        (59_940, "59.9 s"),
        (59_960, "1 min 00 s"),
        (125_000, "2 min 05 s"),
        (3_720_000, "1 h 02 min"),
    ],
)
def test_durations_change_unit_where_people_do(milliseconds: float, text: str) -> None:
    assert format_duration(milliseconds) == text
