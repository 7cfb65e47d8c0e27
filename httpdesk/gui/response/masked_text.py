"""Single values of a body with their secrets as bullets, for views of keys and values; no Qt."""

from __future__ import annotations

from collections.abc import Hashable

from httpdesk.engine.masking import MASK, NO_MASK, is_credential_key
from httpdesk.engine.secret_spans import body_spans, hidden, merged
from httpdesk.gui.response.hidden_bytes import masker_of
from httpdesk.model.exchange import Exchange


class MaskedText:
    """What may be shown of the values of one body (statement 76)."""

    def __init__(self) -> None:
        self._masker = NO_MASK
        self.all = False
        """Whether everything is shown as it is."""
        self.ones: set[Hashable] = set()
        """The places of values that are shown one by one, as the view counts them."""

    def open(self, *exchanges: Exchange) -> None:
        """Hide the secrets of other exchanges from now on."""
        self._masker = masker_of(*exchanges)
        self.ones.clear()

    def text(self, text: str, *, cut: bool = False) -> str:
        """Return a text as it may be shown; one that is `cut` may end within a secret."""
        if self.all or not text:
            return text
        kept = text[: self._masker.begun(text)] if cut else text
        spans = merged(body_spans(kept, "application/json"), self._masker.spans(kept))
        return hidden(kept, spans) + (MASK if len(kept) < len(text) else "")

    def value(self, name: str, text: str, place: Hashable = None, *, cut: bool = False) -> str:
        """Return the value of a key as it may be shown; quotes around it stay."""
        if self.all or place in self.ones:
            return text
        if not is_credential_key(name):
            return self.text(text, cut=cut)
        return f'"{MASK}"' if text.startswith('"') else MASK if text else text

    def attributes(self, text: str) -> str:
        """Return the attributes of an element as they may be shown."""
        if self.all or not text:
            return text
        inside = body_spans(f"<a {text}>", "application/xml")
        spans = ((start - len("<a "), end - len("<a ")) for start, end in inside)
        return hidden(text, merged(spans, self._masker.spans(text)))

    def hides(self, name: str, text: str) -> bool:
        """Return whether something of a value is a secret, revealed or not."""
        if is_credential_key(name):
            return bool(text)
        return bool(body_spans(text, "application/json") or self._masker.spans(text))
