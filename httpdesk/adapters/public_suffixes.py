"""The names that everybody registers names under: `com`, `co.uk`, `github.io`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def is_public_suffix(domain: str) -> bool:
    """Return whether a cookie for `domain` would go to the sites of many owners.

    A name of one label that is on no list, such as a computer's in the local network, is one too.
    """
    return bool(_suffixes().is_public(domain))


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # reads the list, 50 ms

    return PublicSuffixList(accept_unknown=True)
