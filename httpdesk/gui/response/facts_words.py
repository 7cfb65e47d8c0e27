"""What is known of bytes, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.render.body_facts import BodyFacts

translate = QCoreApplication.translate


def lines(facts: BodyFacts) -> list[tuple[str, str]]:
    """Return names and values of what is known."""
    found = [(translate("Facts", "Size"), translate("Facts", "{0:,} bytes").format(facts.size))]
    if facts.version:
        found.append((translate("Facts", "PDF version"), facts.version))
    if facts.pages:
        found.append((translate("Facts", "Pages"), f"{facts.pages:,}"))
    if facts.encrypted:
        found.append((translate("Facts", "Encrypted"), translate("Facts", "Yes")))
    if facts.entries:
        found.append((translate("Facts", "Files inside"), f"{facts.entries:,}"))
    if facts.seconds:
        found.append((translate("Facts", "Duration"), duration(facts.seconds)))
    if facts.details:
        found.append((translate("Facts", "Sound"), ", ".join(facts.details)))
    found.append(("SHA-256", facts.sha256))
    return found


def duration(seconds: float) -> str:
    """Return such as `3:07` or `1:02:03`; fractions below a minute."""
    if seconds < 60:
        return translate("Facts", "{0:.1f} s").format(seconds)
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
