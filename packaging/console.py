"""What the scripts of this folder say to the person who runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence


class SetUpFailed(Exception):
    """The set-up cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    """Print to standard error: standard output belongs to the program that is started."""
    print(text, file=sys.stderr, flush=True)


def can_ask() -> bool:
    """Tell whether somebody is there to answer a question."""
    return os.environ.get("CI") != "true" and sys.stdin is not None and sys.stdin.isatty()


def ask(question: str) -> bool:
    """Return the answer to a yes-or-no question; no answer is a no."""
    try:
        sys.stderr.write(f"{question} [Y/n] ")
        sys.stderr.flush()
        return input().strip().lower() in ("", "y", "yes")
    except EOFError:
        return False


def run(
    command: Sequence[str], *, cwd: str | None = None, env: Mapping[str, str] | None = None
) -> int:
    """Run a command whose output is for the user, all of it on standard error."""
    return subprocess.call(command, cwd=cwd, env=env, stdout=sys.stderr)
