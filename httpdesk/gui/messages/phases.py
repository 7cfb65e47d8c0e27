"""The phases of a send in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.model.errors import Phase

translate = QCoreApplication.translate


def phase_name(phase: Phase) -> str:
    """Return the name of a phase, such as `TLS handshake`."""
    return {
        Phase.BLOCKED: translate("Phases", "Queued"),
        Phase.DNS: translate("Phases", "Name lookup"),
        Phase.CONNECT: translate("Phases", "Connect"),
        Phase.PROXY: translate("Phases", "Proxy"),
        Phase.TLS: translate("Phases", "TLS handshake"),
        Phase.SEND: translate("Phases", "Send"),
        Phase.WAIT: translate("Phases", "Wait for first byte"),
        Phase.RECEIVE: translate("Phases", "Download"),
    }[phase]


def phase_progress(phase: Phase) -> str:
    """Return what is being done in a phase, such as `Waiting for first byte`."""
    return {
        Phase.BLOCKED: translate("Phases", "Starting"),
        Phase.DNS: translate("Phases", "Looking up the name"),
        Phase.CONNECT: translate("Phases", "Connecting"),
        Phase.PROXY: translate("Phases", "Connecting to the proxy"),
        Phase.TLS: translate("Phases", "TLS handshake"),
        Phase.SEND: translate("Phases", "Sending"),
        Phase.WAIT: translate("Phases", "Waiting for first byte"),
        Phase.RECEIVE: translate("Phases", "Downloading"),
    }[phase]
