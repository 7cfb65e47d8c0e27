"""Everything that changes files, killed and refused at every call (rows 28 to 31, security.md R8).

Whatever happens, each file is whole, the old one or the new one, and nothing is lost; what was
being written is swept by the next start.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from httpdesk.model.errors import FileUnwritable, NameTaken, StorageFailed
from httpdesk.model.settings import Settings
from tests.helpers.store_operations import OPERATIONS, Operation, World, build
from tests.helpers.system_calls import EVERY, intruding

ALL = bool(os.environ.get("HTTPDESK_TEST_ALL"))
ROUNDS = 1000 if ALL else 25
HOME = Path(__file__).parents[2]


class Trial:
    """One operation, done again and again in copies of one world."""

    def __init__(self, operation: Operation, model: Path, base: Path) -> None:
        self.operation = operation
        self._model = model
        self._base = base
        world, prepared = self.again()
        self.old = world.files()
        operation.change(world, prepared)
        self.new = world.files()
        between = [
            self.old[path].replace(old.encode(), new.encode(), 1)
            for path, old, new in operation.between
        ]
        self._contents = {*self.old.values(), *self.new.values(), *between}

    def again(self) -> tuple[World, Any]:
        """Return a fresh world, and what the operation needs of it."""
        shutil.rmtree(self._base, ignore_errors=True)
        shutil.copytree(self._model, self._base)
        world = World(self._base)
        return world, self.operation.before(world)

    def check(self, world: World) -> None:
        """Raise unless every file is the old or the new one, none is lost, and all can be read."""
        now = world.files()
        for path, data in now.items():
            assert path in self.old or path in self.new, path
            assert data in self._contents, path
        arrived = all(path in now for path in self.new if path not in self.old)
        for path, data in self.old.items():
            if path not in self.new and path not in now and self.operation.can_be_undone:
                assert data in world.deleted(), path
            assert path in now or (path not in self.new and arrived), path
        world.open_all()

    def check_swept(self, world: World) -> None:
        """Raise if something that was being written is still there after a later start."""
        for path in world.temporaries():
            os.utime(path, (0, 0))
        world.open_all()
        world.settings.save(Settings(theme="light"))
        second = world.base / "second"
        if second.is_dir():
            with contextlib.suppress(NameTaken):
                world.collections.create(str(second), "Second")
            world.collections.open(str(second))
        assert world.temporaries() == [], self.operation.name


def calls_of(trial: Trial) -> int:
    """Return how many calls the operation makes."""
    world, prepared = trial.again()
    with intruding() as intruder:
        trial.operation.change(world, prepared)
    return len(intruder.names)


# Refused


def refusing(code: int) -> Callable[[], None]:
    def act() -> None:
        raise OSError(code, os.strerror(code))

    return act


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder in memory where there is one: a disk takes its time for each fsync."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path_factory.mktemp("worlds")
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def model(place: Path) -> Path:
    """Return a folder with one of each; copies of it are changed."""
    build(place / "model")
    return place / "model"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_a_call_that_is_refused_leaves_every_file_whole(
    operation: Operation, model: Path, place: Path
) -> None:
    """Rows 28 and 31: no room, and a disk that fails, at each call in turn."""
    trial = Trial(operation, model, place / "world")
    count = calls_of(trial)
    assert count > 3
    for at, code in itertools.product(range(count), (errno.ENOSPC, errno.EIO)):
        world, prepared = trial.again()
        with intruding(at, refusing(code)) as intruder:
            try:
                operation.change(world, prepared)
            except StorageFailed:
                said = True
            else:
                said = False
        name = intruder.names[at]
        trial.check(world)
        assert said or trial.new == world.files(), (at, name)
        if name not in {"unlink", "rmdir"}:
            assert world.temporaries() == [], (at, name)
        trial.check_swept(world)


OF_THE_PROFILE = ("create", "first save of workspace", "save workspace", "save settings")


def is_of_collection(operation: Operation) -> bool:
    return operation.name not in OF_THE_PROFILE and "personal" not in operation.name


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_where_nothing_can_be_written_nothing_changes(
    operation: Operation, model: Path, place: Path
) -> None:
    """Row 29: a folder that became read-only, or whose drive did."""
    trial = Trial(operation, model, place / "world")
    for code in (errno.EROFS, errno.EACCES):
        world, prepared = trial.again()
        before = world.files()
        with intruding(EVERY, refusing(code)), pytest.raises(FileUnwritable):
            operation.change(world, prepared)
        assert world.files() == before
        assert world.temporaries() == []


@pytest.mark.parametrize("operation", [*filter(is_of_collection, OPERATIONS)], ids=lambda e: e.name)
@pytest.mark.parametrize("became", ["nothing", "a file", "a link"])
def test_a_folder_that_is_gone_is_told_and_not_made_again(
    operation: Operation, model: Path, place: Path, became: str
) -> None:
    """Row 34: a branch without it, or another thing in its place."""
    world, prepared = Trial(operation, model, place / "world").again()
    root, moved = Path(world.root), world.base / "moved"
    if became == "a link":
        folder = root / ("Orders" if (root / "Orders").exists() else "environments")
        folder.rename(moved)
        folder.symlink_to(moved)
        inside = {path.name: path.read_bytes() for path in moved.iterdir()}
        with contextlib.suppress(StorageFailed):
            operation.change(world, prepared)
        assert {path.name: path.read_bytes() for path in moved.iterdir()} == inside
        return
    shutil.rmtree(root)
    if became == "a file":
        root.write_bytes(b"no folder")
    with pytest.raises(StorageFailed):
        operation.change(world, prepared)
    assert root.is_file() == (became == "a file")
    assert not root.is_dir()


# Killed


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(trial: Trial, at: int) -> tuple[World, bool]:
    """Do the operation in a process that is killed before a call; return whether it was."""
    world, prepared = trial.again()
    child = os.fork()
    if not child:
        status = 1
        try:
            with intruding(at, kill):
                trial.operation.change(world, prepared)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}
    return world, bool(status)


def kill_at_every_call(base: Path) -> int:
    """Kill each operation at each of its calls; return how often that was."""
    build(base / "model")
    kills = 0
    for operation in OPERATIONS:
        trial = Trial(operation, base / "model", base / "world")
        for at in itertools.count():
            world, was_killed = killed_at(trial, at)
            if not was_killed:
                assert world.files() == trial.new
                break
            trial.check(world)
            trial.check_swept(world)
            kills += 1
    return kills


def in_own_process(call: str, base: Path) -> str:
    """Run a function of this file where there is one thread only, so that it can fork."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.adapters import test_store_faults\n"
        f"print(test_store_faults.{call}(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(base)],
        capture_output=True,
        text=True,
        cwd=HOME,
        timeout=900 if ALL else 120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def test_killed_at_any_call_every_file_is_whole(place: Path) -> None:
    """Row 30."""
    assert int(in_own_process("kill_at_every_call", place / "calls")) > 10 * len(OPERATIONS)


def kill_at_any_moment(base: Path) -> int:
    """Kill a process that does one operation after another; return how many rounds there were."""
    build(base / "model")
    chance = random.Random(6)
    trials = [Trial(each, base / "model", base / "world") for each in OPERATIONS]
    for _ in range(ROUNDS):
        trial = chance.choice(trials)
        world, prepared = trial.again()
        child = os.fork()
        if not child:
            try:
                trial.operation.change(world, prepared)
            finally:
                os._exit(0)
        threading.Event().wait(chance.random() * 0.006)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        trial.check(world)
        trial.check_swept(world)
    return ROUNDS


def test_killed_at_any_moment_every_file_is_whole(place: Path) -> None:
    """Row 30: 1,000 kills with HTTPDESK_TEST_ALL=1, else 25."""
    assert int(in_own_process("kill_at_any_moment", place / "moments")) == ROUNDS
