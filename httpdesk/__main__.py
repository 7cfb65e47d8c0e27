"""Start HTTPDesk: `python -m httpdesk` and the command `httpdesk`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program with the process's arguments and return its exit status."""
    from httpdesk.app import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
