"""Port for finding words in the files of collections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from httpdesk.engine.cancel import CancelToken
from httpdesk.model.find import FindBatch, FindQuery, FindScope


class TextFinder(Protocol):
    """Finds in names, URLs, parameters, headers, bodies, notes and examples of saved requests.

    Values of headers, parameters and variables that are credentials by their name are not looked
    at. What is found follows the files: what changed is read again with the next search.
    """

    def find(
        self, query: FindQuery, scopes: Sequence[FindScope], cancel: CancelToken
    ) -> Iterator[FindBatch]:
        """Yield the hits as they are found; belongs on a worker.

        Raises InvalidPattern, OffloadFailed for a pattern that takes too long, StorageFailed, and
        ends early when cancelled.
        """
