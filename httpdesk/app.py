"""The start of the program: chooses window or command line, and gives it its ports.

Nothing is imported before it is needed: `httpdesk --help` loads neither Qt nor requests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from httpdesk.wiring import cli_ports, own_database, window_ports

if TYPE_CHECKING:
    from httpdesk.gui.application import WindowOptions

NO_DISPLAY = """\
httpdesk: there is no display to open a window on.
Without one, requests can be sent by "httpdesk send"; see httpdesk send --help.
"""
VERBS = (
    "send",
    "connections",
    "env",
    "history",
    "list",
    "new",
    "doctor",
    "help",
    "-h",
    "--help",
    "--version",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run HTTPDesk with `argv` (without the program's name) and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # It would write every TLS key to a file of somebody else's choosing (security.md 1).
    os.environ.pop("SSLKEYLOGFILE", None)
    from httpdesk.adapters.process import keep_memory_out_of_core_files

    keep_memory_out_of_core_files()
    if arguments and arguments[0] in VERBS:
        return _run_command(arguments)
    if not _has_display():
        sys.stderr.write(NO_DISPLAY)
        return 1
    options = _window_options(arguments)
    return options if isinstance(options, int) else _run_window(options)


def _has_display() -> bool:
    """Return whether Qt will find a screen; where it does not it aborts the process."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def _run_command(arguments: list[str]) -> int:
    from httpdesk.adapters.process import hidden_in_reports, terminal_as_it_was
    from httpdesk.cli.main import run
    from httpdesk.cli.ports import Streams
    from httpdesk.gui.ports import Lazy

    database = Lazy(own_database)
    ports = cli_ports(database)
    try:
        with hidden_in_reports(ports.hide), terminal_as_it_was():
            return run(arguments, ports, Streams(sys.stdout, sys.stderr, sys.stdin))
    finally:
        if database.made is not None:
            database.made.close()


def _run_window(options: WindowOptions) -> int:
    from httpdesk.adapters.process import hidden_in_reports
    from httpdesk.gui.application import run_window

    ports = window_ports()
    try:
        with hidden_in_reports(ports.hide):
            return run_window(ports, options)
    finally:
        transport, sample_server = ports.transport.made, ports.sample_server.made
        drafts, cookies = ports.drafts.made, ports.cookies.made
        history = ports.history.made
        if ports.offload.made is not None:
            ports.offload.made.close()
        if ports.outside_files.made is not None:
            ports.outside_files.made.close()
        if sample_server is not None:
            sample_server.stop()
        if transport is not None:
            transport.close()
        if cookies is not None:
            cookies.close()
        if history is not None:
            history.close()
        if drafts is not None:
            drafts.close()


def _window_options(arguments: list[str]) -> WindowOptions | int:
    """Return what the words ask of the window, or the exit status of a wrong command line."""
    from httpdesk.gui.fast_import import import_qt

    import_qt()
    from httpdesk.gui.application import WindowOptions

    folder: str | None = None
    demo: str | None = None
    quit_when_ready = False
    words = iter(arguments)
    for word in words:
        if word == "--quit-when-ready":
            quit_when_ready = True
        elif word == "--demo":
            demo = next(words, None) or "httpdesk-demo.png"
        elif word.startswith("-") or folder is not None:
            return _usage(f"unknown option {word}" if word.startswith("-") else "one folder only")
        elif not os.path.isdir(word):
            return _usage(f"{word} is not a folder")
        else:
            folder = word
    return WindowOptions(folder, quit_when_ready, demo)


def _usage(reason: str) -> int:
    sys.stderr.write(f"httpdesk: {reason}. See httpdesk --help.\n")
    return 2
