"""The command line's entry: which command, and how each of its failures ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TextIO

from httpdesk import __version__
from httpdesk.cli.commands import COMMANDS
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.model.errors import HttpDeskError, StorageFailed

HELP_OPTIONS = frozenset({"-h", "--help"})


def run(argv: Sequence[str], ports: CliPorts, streams: Streams) -> int:
    """Run `httpdesk` with the words behind its name; return the exit status."""
    try:
        command = COMMANDS.get(argv[0]) if argv else None
        if command is None:
            return _run_other(argv, streams)
        if not HELP_OPTIONS.isdisjoint(argv):
            return _print(command.help, streams)
        return _told(argv[0], lambda: command.run(argv[1:], ports, streams), ports, streams)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except StorageFailed as error:
        _say_error(error, ports, streams)
        return ExitStatus.FILE
    except BrokenPipeError:
        _let_go_of(streams.stdout)
        return ExitStatus.PIPE_CLOSED
    except Exception:  # noqa: BLE001  an error of ours, not of the user's world
        _report_bug(ports, streams)
        return ExitStatus.BUG


def _let_go_of(stream: TextIO | None) -> None:
    """Lead a closed pipe to nowhere: Python flushes it once more at its end, and would complain."""
    if stream is None:
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _run_other(argv: Sequence[str], streams: Streams) -> ExitStatus:
    from httpdesk.cli.help import HELP
    from httpdesk.cli.terminal import say

    if not argv or argv[0] == "help" or argv[0] in HELP_OPTIONS:
        return _print(HELP, streams)
    if argv[0] == "--version":
        return _print(f"HTTPDesk {__version__}\n", streams)
    say(streams.stderr, f"{argv[0]!r} is not a command.\nSee httpdesk --help.")
    return ExitStatus.USAGE


def _told(
    command: str, run_command: Callable[[], ExitStatus], ports: CliPorts, streams: Streams
) -> ExitStatus:
    """Run a command; its errors become sentences and exit statuses."""
    from httpdesk.cli.arguments import UsageError
    from httpdesk.cli.terminal import say

    try:
        return run_command()
    except UsageError as error:
        say(streams.stderr, f"{error}\nSee httpdesk {command} --help.")
        return ExitStatus.USAGE
    except StorageFailed:
        raise
    except HttpDeskError as error:
        _say_error(error, ports, streams)
        return _status(error)


def _status(error: HttpDeskError) -> ExitStatus:
    """Return how a run ends that an error kept from sending."""
    from httpdesk.model import errors

    if isinstance(error, errors.UploadUnreadable):
        return ExitStatus.FILE
    unsigned = errors.InvalidCredential | errors.UnusableAuth | errors.SecretNotSet
    if isinstance(error, errors.SignInFailed | errors.SecretsFailed | unsigned):
        return ExitStatus.SIGN_IN
    if isinstance(error, errors.SendFailed):
        # Of the call that was to bring a token.
        return ExitStatus.NO_RESPONSE
    return ExitStatus.USAGE


def _say_error(error: HttpDeskError, ports: CliPorts, streams: Streams) -> None:
    """Tell of an error; what a secret of the environment brought into it is hidden."""
    from httpdesk.cli.messages import describe
    from httpdesk.cli.terminal import say

    say(streams.stderr, _without_given(describe(error), ports))


def _without_given(text: str, ports: CliPorts) -> str:
    """Hide the secrets that the environment has for this run."""
    from httpdesk.cli.credentials import environment_secrets
    from httpdesk.engine.masking import Masker

    return Masker(value for _, value in environment_secrets(ports.environ)).text(text)


def _report_bug(ports: CliPorts, streams: Streams) -> None:
    import traceback

    from httpdesk.cli.terminal import say

    report = _without_given(ports.hide(traceback.format_exc()), ports)
    say(streams.stderr, f"{report}This is an error in HTTPDesk itself.")


def _print(text: str, streams: Streams) -> ExitStatus:
    from httpdesk.cli.output import open_standard_output

    open_standard_output(streams.stdout).text(text)
    return ExitStatus.SUCCESS
