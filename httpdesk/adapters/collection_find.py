"""Finds words in the files of collections: implements `TextFinder`."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from httpdesk.adapters.find_corpus import Corpus, Place, folded
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.offload import Offload, Scratch
from httpdesk.model.find import FindBatch, FindHit, FindQuery, FindScope, FoundRequest
from httpdesk.render.rows import Stopped

MOST_HITS = 1_000
FRESH_S = 2.0
"""Seconds after a search for which the files are taken to be as they were: while one types."""
LOOKED_S = 15.0
"""Seconds after which they are looked at again all the same."""
BATCH = 60
"""Hits that are handed over first, as many as a screen shows; then ever more at once."""
STEP = 100
"""Files that are read before what they say is searched."""
PATIENCE_S = 2.0
"""Seconds that a pattern may take for one megabyte."""
AROUND = 60
"""Characters of a long line that are shown in front of a hit."""
LONGEST_LINE = 400
Span = tuple[int, int]


class CollectionFind:
    """Keeps the texts of the collections that were searched, and reads again what changed."""

    def __init__(self, new_scratch: Callable[[], Scratch], offload: Callable[[], Offload]) -> None:
        self._new_scratch = new_scratch
        self._offload = offload
        self._corpora: dict[str, tuple[Corpus, float]] = {}
        self._searched = -FRESH_S
        self._lock = threading.Lock()

    def find(
        self, query: FindQuery, scopes: Sequence[FindScope], cancel: CancelToken
    ) -> Iterator[FindBatch]:
        """Yield the hits as they are found; see `engine.find_ports.TextFinder`."""
        # The search before has been cancelled; it ends within one piece.
        with self._lock:
            stale = [each.root for each in scopes if not self._is_fresh(each.root)]
            begun = any(each.root in self._corpora for each in scopes)
            if begun:
                yield from self._search(query, scopes, cancel)
            self._searched = time.monotonic()
            if cancel.cancelled:
                return
            changed = [self._follow(root) for root in stale]
            if not any(changed):
                return
            if begun:
                yield FindBatch(anew=True)
            yield from self._search(query, scopes, cancel)

    def _search(
        self, query: FindQuery, scopes: Sequence[FindScope], cancel: CancelToken
    ) -> Iterator[FindBatch]:
        """Search what is known of the collections, and the rest while it is read."""
        search = _Search(query, cancel, self._offload)
        for scope in scopes:
            corpus = self._corpora[scope.root][0] if scope.root in self._corpora else None
            if corpus is not None:
                yield from search.within(corpus, scope)
            while corpus is not None and corpus.unread and not search.ended:
                since = corpus.exact.size
                corpus.read(STEP)
                yield from search.within(corpus, scope, since)
                known = corpus.known
                yield FindBatch((), known - corpus.unread, known)
            if search.ended:
                return

    def _is_fresh(self, root: str) -> bool:
        known = self._corpora.get(root)
        now = time.monotonic()
        if known is None or now - known[1] >= LOOKED_S:
            return False
        return now - max(known[1], self._searched) < FRESH_S

    def _follow(self, root: str) -> bool:
        """Look at the files of a collection; return whether they are others than are known."""
        known = self._corpora.get(root)
        corpus = known[0] if known else Corpus(Path(os.path.realpath(root)), self._new_scratch)
        changed = corpus.follow()
        self._corpora[root] = (corpus, time.monotonic())
        return changed


class _Search:
    """One search, over all its collections."""

    def __init__(
        self, query: FindQuery, cancel: CancelToken, offload: Callable[[], Offload]
    ) -> None:
        self._query = query
        self._cancel = cancel
        self._offload = offload
        self._left = MOST_HITS
        self._full = False

    @property
    def ended(self) -> bool:
        """Whether nobody wants more of it."""
        return self._full or self._cancel.cancelled

    def within(self, corpus: Corpus, scope: FindScope, since: int = 0) -> Iterator[FindBatch]:
        """Yield the hits in the texts below a folder, those taken in `since` that size alone."""
        ranges = list(corpus.pieces(scope.folder, since))
        find = self._by_pattern if self._query.is_regex else self._by_words
        for found in find(corpus, ranges) if ranges else ():
            self._full = len(found) > self._left
            spans = found[: self._left]
            while spans:
                step = max(BATCH, 4 * (MOST_HITS - self._left))
                now, spans = spans[:step], spans[step:]
                self._left -= len(now)
                hits = tuple(_hits(corpus, scope.root, now))
                yield FindBatch(hits, more=self._full and not spans)
                if self._cancel.cancelled:
                    return
            if self._full:
                return

    def _by_pattern(self, corpus: Corpus, ranges: list[Span]) -> Iterator[list[Span]]:
        query = self._query
        arguments = {
            "text": query.text,
            "options": {"match_case": query.match_case, "whole_word": query.whole_word},
            "ranges": ranges,
            "most": self._left + 1,
        }
        pieces = self._offload().run(
            "find_pattern:find_pattern",
            arguments,
            corpus.exact,
            self._cancel,
            patience_s=PATIENCE_S,
        )
        try:
            for piece in pieces:
                yield [(start, end) for start, end in json.loads(piece)]
        except Stopped:
            return

    def _by_words(self, corpus: Corpus, ranges: list[Span]) -> Iterator[list[Span]]:
        query = self._query
        body = corpus.exact if query.match_case else corpus.folded
        text = query.text if query.match_case else folded(query.text)
        wanted = text.encode("utf-8", "replace")
        find = _words_in if query.whole_word else _parts_in
        for start, end in ranges:
            if self._cancel.cancelled:
                return
            places = find(body.read_at(start, end - start), wanted)
            found = islice(places, self._left + 1)
            yield [(start + at, start + at + len(wanted)) for at in found]


def _parts_in(data: bytes, wanted: bytes) -> Iterator[int]:
    at = data.find(wanted)
    while at >= 0:
        yield at
        at = data.find(wanted, at + len(wanted))


def _words_in(data: bytes, wanted: bytes) -> Iterator[int]:
    for at in _parts_in(data, wanted):
        before = data[max(0, at - 4) : at].decode("utf-8", "ignore")[-1:]
        after = data[at + len(wanted) : at + len(wanted) + 4].decode("utf-8", "ignore")[:1]
        if not _in_word(before) and not _in_word(after):
            yield at


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _hits(corpus: Corpus, root: str, spans: Sequence[Span]) -> Iterator[FindHit]:
    text: _Text | None = None
    for start, end in spans:
        if text is None or not text.place.start <= start < text.place.end:
            place = corpus.place(start, end)
            if place is None:
                continue  # from one text into the next
            text = _Text(corpus, root, place)
        if end <= text.place.end:
            yield text.hit(start - text.place.start, end - text.place.start)


class _Text:
    """A text with hits, which come in their order."""

    def __init__(self, corpus: Corpus, root: str, place: Place) -> None:
        self.place = place
        self._request = FoundRequest(root, place.path, place.name, place.method)
        self._data = corpus.exact.read_at(place.start, place.end - place.start)
        self._counted = (0, 0)

    def hit(self, start: int, end: int) -> FindHit:
        """Return the hit at these bytes of the text."""
        known, characters = self._counted
        characters += len(self._data[known:start].decode("utf-8", "ignore"))
        self._counted = (start, characters)
        found = self._data[start:end].decode("utf-8", "replace")
        before = self._before(start)
        shown = found.partition("\n")[0]
        line = before + shown + self._after(start + len(shown.encode()), LONGEST_LINE)
        at = len(before)
        return FindHit(
            self._request,
            self.place.field,
            self.place.label,
            line,
            at,
            at + len(shown),
            characters,
            found,
        )

    def _before(self, start: int) -> str:
        """Return the line in front of a hit without its indent, its end where it is long."""
        begin = self._data.rfind(b"\n", 0, start) + 1
        cut = max(begin, start - AROUND * 2)
        text = self._data[cut:start].decode("utf-8", "ignore")
        if cut == begin and len(text) <= AROUND:
            return text.lstrip()
        cut_word, blank, rest = text[-AROUND:].partition(" ")
        return f"…{rest}" if blank else f"…{cut_word}"

    def _after(self, at: int, most: int) -> str:
        text = self._data[at : at + most].decode("utf-8", "ignore")
        return text.partition("\n")[0]
