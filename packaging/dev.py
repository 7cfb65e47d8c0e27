"""Set HTTPDesk up in this checkout and run it: python3 packaging/dev.py VERB [ARGUMENTS]

  run [ARGS]     open the window; without a display, try the program on a virtual screen
                 and leave a screenshot
  test [ARGS]    run the tests; ARGS go to pytest
  check          look at style, types and layers
  bench [ARGS]   measure start, sending and a large body against their peers
  screenshots    make the pictures of the README
  lock [ARGS]    resolve the dependencies anew; ARGS go to uv, such as --upgrade

Everything is set up first where needed: .venv from the lock, libraries from Debian's or
Ubuntu's packages. Missing ones are named, and you are asked before they are installed;
--yes answers yes. Needs Python 3.11, 3.12 or 3.13 and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

SUPPORTED = ((3, 11), (3, 12), (3, 13))
DEMO_SECONDS = 180.0
"""Within this time the tour on a virtual screen has ended or hangs."""


def main(arguments: Sequence[str]) -> int:
    """Do what the verb says and return the exit status."""
    words = [text for text in arguments if text != "--yes"]
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0 if words else 2
    if sys.version_info[:2] not in SUPPORTED:
        return _start_with_another_python(arguments)
    verb, *rest = words
    if verb not in VERBS:
        print(f"There is no verb {verb!r}. The verbs are: {', '.join(VERBS)}.", file=sys.stderr)
        return 2
    from console import SetUpFailed, say

    try:
        return VERBS[verb](rest, "--yes" in arguments)
    except SetUpFailed as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _start_with_another_python(arguments: Sequence[str]) -> int:
    import shutil

    for major, minor in reversed(SUPPORTED):
        found = shutil.which(f"python{major}.{minor}")
        works = found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0
        if found and works:
            return subprocess.call([found, os.path.abspath(__file__), *arguments])
    print(
        f"HTTPDesk needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}, and none of"
        " the others is on the PATH. Install one (Debian 12 and Ubuntu 24.04 bring one with their"
        " package python3) and try again.",
        file=sys.stderr,
    )
    return 1


def _run(arguments: Sequence[str], yes: bool) -> int:
    import environment
    import virtual_screen

    if arguments or not virtual_screen.is_needed():
        environment.set_up_to_run(yes=yes, screen=False)
        # Without -P a requests.py in the user's folder would be taken for the library.
        return _become(["-P", "-m", "httpdesk", *arguments])
    environment.set_up_to_run(yes=yes, screen=True)
    picture = environment.ROOT / "build" / "httpdesk.png"
    picture.parent.mkdir(exist_ok=True)
    demo = [str(environment.PYTHON), "-P", "-m", "httpdesk", "--demo", str(picture)]
    from console import SetUpFailed, say

    say("There is no display here, so the window opens on a virtual screen and shows itself.")
    with virtual_screen.virtual_screen() as screen:
        try:
            return subprocess.run(demo, env=screen, timeout=DEMO_SECONDS, check=False).returncode
        except subprocess.TimeoutExpired:
            raise SetUpFailed(f"The window did not finish in {DEMO_SECONDS:.0f} s.") from None


def _test(arguments: Sequence[str], yes: bool) -> int:
    import environment
    import node_packages

    environment.set_up_to_develop(yes=yes)
    node_packages.ensure()
    # Coverage of a part of the suite says nothing, and it takes its time.
    coverage = [] if arguments else ["--cov", "--cov-report=term"]
    settings = {"QT_QPA_PLATFORM": "offscreen", **node_packages.environment()}
    os.chdir(environment.ROOT)
    return _become(["-m", "pytest", *coverage, *arguments], settings)


def _check(arguments: Sequence[str], yes: bool) -> int:
    import environment
    from console import say

    environment.set_up_to_develop(yes=yes)
    os.chdir(environment.ROOT)
    tools = environment.PYTHON.parent
    checks = {
        "ruff check": [str(tools / "ruff"), "check"],
        "ruff format": [str(tools / "ruff"), "format", "--check"],
        "mypy": [str(environment.PYTHON), "-m", "mypy"],
        "lint-imports": [str(tools / "lint-imports")],
        "repository": [str(environment.PYTHON), "-m", "pytest", "-q", "tests/contracts"],
    }
    broken = []
    for name, command in checks.items():
        say(f"\n== {name}")
        if subprocess.call(command) != 0:
            broken.append(name)
    say(f"\nFound something in: {', '.join(broken)}." if broken else "\nAll checks passed.")
    return 1 if broken else 0


def _bench(arguments: Sequence[str], yes: bool) -> int:
    import environment

    environment.set_up_to_develop(yes=yes)
    os.chdir(environment.ROOT)
    return _become(["-m", "tests.benchmarks", *arguments])


def _screenshots(arguments: Sequence[str], yes: bool) -> int:
    import environment
    from virtual_screen import virtual_screen

    environment.set_up_to_develop(yes=yes)
    os.chdir(environment.ROOT)
    with virtual_screen() as screen:
        command = [str(environment.PYTHON), "-m", "tests.screenshots", *arguments]
        return subprocess.call(command, env=screen)


def _lock(arguments: Sequence[str], yes: bool) -> int:
    import environment
    from console import SetUpFailed, say

    environment.set_up_to_develop(yes=yes)
    os.chdir(environment.ROOT)
    run_lock, dev_lock = environment.RUN_LOCK.name, environment.DEV_LOCK.name
    compile_ = [str(environment.PYTHON.parent / "uv"), "pip", "compile", "pyproject.toml"]
    compile_ += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    compile_ += ["--no-emit-index-url", "--no-emit-find-links", "--quiet", *arguments]
    # The tools must not move a version of what is shipped.
    extra = ["--extra", "dev", "--constraint", run_lock]
    for options in (["-o", run_lock], [*extra, "-o", dev_lock]):
        if subprocess.call([*compile_, *options]) != 0:
            raise SetUpFailed("uv could not resolve the dependencies, see above.")
    for lock in (environment.RUN_LOCK, environment.DEV_LOCK):
        if "://" in lock.read_text(encoding="utf-8"):
            raise SetUpFailed(f"{lock.name} names a host; a lock must install from any index.")
    say(f"Wrote {run_lock} and {dev_lock}. The next run or test installs from them.")
    return 0


def _become(arguments: Sequence[str], settings: Mapping[str, str] | None = None) -> int:
    """Go on as the environment's Python; where the system can, in this same process."""
    import environment

    command = [str(environment.PYTHON), *arguments]
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, dict(os.environ if settings is None else settings))
    return subprocess.call(command, env=settings)


VERBS: dict[str, Callable[[Sequence[str], bool], int]] = {
    "run": _run,
    "test": _test,
    "check": _check,
    "bench": _bench,
    "screenshots": _screenshots,
    "lock": _lock,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
