"""The commands behind `httpdesk`; each is loaded when it is the one that is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from httpdesk.cli import help as texts

if TYPE_CHECKING:
    from httpdesk.cli.exit_status import ExitStatus
    from httpdesk.cli.ports import CliPorts, Streams

    Run = Callable[[Sequence[str], CliPorts, Streams], ExitStatus]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its help, and what runs it with the words behind its name."""

    help: str
    module: str
    function: str

    @property
    def run(self) -> Run:
        """What runs it; raises UsageError and HttpDeskError."""
        return cast("Run", getattr(import_module(self.module), self.function))


COMMANDS = {
    "send": Command(texts.SEND_HELP, "httpdesk.cli.send", "run_send"),
    "connections": Command(texts.CONNECTIONS_HELP, "httpdesk.cli.connections", "run_connections"),
    "history": Command(texts.HISTORY_HELP, "httpdesk.cli.history", "run_history"),
    "env": Command(texts.ENV_HELP, "httpdesk.cli.environments", "run_env"),
    "list": Command(texts.LIST_HELP, "httpdesk.cli.listing", "run_list"),
    "new": Command(texts.NEW_HELP, "httpdesk.cli.creating", "run_new"),
    "doctor": Command(texts.DOCTOR_HELP, "httpdesk.cli.doctor", "run_doctor"),
}
"""By name, in the order of the help; `httpdesk.app.VERBS` has the names, too."""
