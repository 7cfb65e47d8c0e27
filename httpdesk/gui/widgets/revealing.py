"""How long a secret that was revealed stays on screen."""

from __future__ import annotations

REVEAL_MS = 30_000
"""After this it hides again, wherever it is shown (security.md R6)."""
