"""Work in a process beside the window: its results, its faults, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from httpdesk.adapters import offload
from httpdesk.adapters.body_spool import BodySpool
from httpdesk.adapters.offload import ProcessOffload, child_command
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import OffloadFailed, OffloadFault
from httpdesk.model.response import BodyHandle
from httpdesk.render.find_bytes import Pattern, find
from httpdesk.render.line_rows import LineRows
from httpdesk.render.rows import Stopped, no_pause
from tests.helpers.bodies import BytesBody

HOSTILE = {"text": "(a|a)*$", "case_sensitive": True, "whole_word": False, "regex": True}
MEBIBYTE = 1024 * 1024


@pytest.fixture
def processes() -> Iterator[ProcessOffload]:
    with closing(ProcessOffload()) as made:
        yield made


@pytest.fixture
def with_tasks(tmp_path: Path) -> Iterator[Callable[[str], ProcessOffload]]:
    """Give processes that also know the tasks of a test, as `httpdesk.render.tasks`."""
    made: list[ProcessOffload] = []

    def start(source: str) -> ProcessOffload:
        script = tmp_path / "child.py"
        child = child_command()[-1]
        script.write_text(
            textwrap.dedent(
                f"""
                import sys, types, runpy
                sys.path.insert(0, {str(Path(child).parents[2])!r})
                import httpdesk.render
                tasks = types.ModuleType("httpdesk.render.tasks")
                exec({textwrap.dedent(source)!r}, tasks.__dict__)
                sys.modules["httpdesk.render.tasks"] = tasks
                runpy.run_path({child!r}, run_name="__main__")
                """
            )
        )
        made.append(ProcessOffload(lambda: [*child_command()[:-1], str(script)]))
        return made[-1]

    yield start
    for each in made:
        each.close()


def run(
    processes: ProcessOffload, task: str, body: BodyHandle | None = None, **arguments: object
) -> list[bytes]:
    return list(processes.run(task, arguments, body or BytesBody(), CancelToken()))


def spool(data: bytes, memory_limit: int = 0) -> BodySpool:
    body = BodySpool(memory_limit=memory_limit)
    body.write(data)
    return body


@pytest.mark.parametrize("where", ["file", "memory", "bytes"])
def test_rows_are_the_same_wherever_they_are_indexed(where: str, processes: ProcessOffload) -> None:
    data = b"".join(b"line %080d\n" % number for number in range(60_000))
    bodies: dict[str, Callable[[], BodyHandle]] = {
        "file": lambda: spool(data),
        "memory": lambda: spool(data, 8 * MEBIBYTE),
        "bytes": lambda: BytesBody(data),
    }
    with closing(bodies[where]()) as body:
        rows = LineRows(body)
        rows.index(no_pause, lambda task, given: processes.run(task, given, body, CancelToken()))
        assert rows.complete
        assert rows.count == 60_000
        assert rows.rows(59_999, 2)[0].text == f"line {59_999:080}"


def test_a_body_too_large_for_memory_is_copied_where_no_file_can_be_shared(
    processes: ProcessOffload,
) -> None:
    body = BytesBody(b"x" * 20 * MEBIBYTE + b"needle")
    places = run(
        processes,
        "find_bytes:find_elsewhere",
        body,
        pattern={"text": "needle", "case_sensitive": True, "whole_word": False, "regex": False},
        start=0,
    )
    assert sum(map(len, places)) == 16


def test_one_process_serves_one_task_after_the_other(
    with_tasks: Callable[[str], ProcessOffload],
) -> None:
    processes = with_tasks(
        """
        import os
        def number(body): yield str(os.getpid()).encode()
        def fault(body): raise KeyError("secret")
        def text(body): yield body.read_at(1, 3); yield b""; yield body.read_at(3, 99)
        """
    )
    first = run(processes, "tasks:number")
    assert run(processes, "tasks:number") == first
    with pytest.raises(OffloadFailed) as caught:
        run(processes, "tasks:fault")
    assert (caught.value.fault, caught.value.detail) == (OffloadFault.BUG, "KeyError")
    assert "secret" not in repr(caught.value)
    assert run(processes, "tasks:number") == first
    assert run(processes, "tasks:text", spool(b"012345")) == [b"123", b"", b"345"]


def test_the_process_knows_neither_secrets_nor_the_environment(
    with_tasks: Callable[[str], ProcessOffload], monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md R2: no secrets in arguments and environment of children."""
    monkeypatch.setenv("HTTPDESK_SECRET_TOKEN", "s3cret")
    processes = with_tasks(
        """
        import os, sys
        def world(body, wanted): yield repr((dict(os.environ), sys.argv)).encode()
        """
    )
    world = b"".join(run(processes, "tasks:world", wanted="hidden-word")).decode()
    assert "s3cret" not in world
    assert "hidden-word" not in world


def test_an_endless_expression_is_given_up(processes: ProcessOffload) -> None:
    body = BytesBody(b"a" * 40 + b"b")
    pieces = processes.run(
        "find_bytes:find_elsewhere",
        {"pattern": HOSTILE, "start": 0},
        body,
        CancelToken(),
        patience_s=0.3,
    )
    began = time.monotonic()
    with pytest.raises(OffloadFailed) as caught:
        list(pieces)
    assert caught.value.fault is OffloadFault.TOO_SLOW
    assert time.monotonic() - began < 5
    assert list(find(BytesBody(b"a"), Pattern("a"))) != []
    assert run(processes, "line_rows:index_lines", offset=0, rows=0, lines=0, state=0) == [b""]


def test_a_cancelled_task_ends_at_once(processes: ProcessOffload) -> None:
    cancel = CancelToken()
    pieces = processes.run(
        "find_bytes:find_elsewhere",
        {"pattern": HOSTILE, "start": 0},
        BytesBody(b"a" * 40 + b"b"),
        cancel,
    )
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        next(pieces)
    assert time.monotonic() - began < 2
    timer.join()


def test_a_task_that_nobody_reads_on_ends(with_tasks: Callable[[str], ProcessOffload]) -> None:
    processes = with_tasks(
        """
        import os
        def endless(body):
            yield str(os.getpid()).encode()
            while True: yield b"x" * 1000
        """
    )
    pieces = processes.run("tasks:endless", {}, BytesBody(), CancelToken())
    number = int(next(pieces))
    pieces.close()  # type: ignore[attr-defined]
    assert not _lives(number)


def test_a_process_that_is_killed_is_an_error_and_another_one_follows(
    with_tasks: Callable[[str], ProcessOffload],
) -> None:
    processes = with_tasks(
        """
        import os, signal
        def number(body): yield str(os.getpid()).encode()
        def die(body):
            yield b"x"
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    first = run(processes, "tasks:number")
    with pytest.raises(OffloadFailed) as caught:
        run(processes, "tasks:die")
    assert (caught.value.fault, caught.value.detail) == (OffloadFault.ENDED, "SIGKILL")
    second = run(processes, "tasks:number")
    assert second != first
    os.kill(int(second[0]), signal.SIGKILL)
    while _lives(int(second[0])):
        time.sleep(0.01)
    assert run(processes, "tasks:number") != second


def test_memory_is_bounded(with_tasks: Callable[[str], ProcessOffload]) -> None:
    processes = with_tasks("def much(body): yield b'x' * (3 * 1024 * 1024 * 1024)")
    with pytest.raises(OffloadFailed) as caught:
        run(processes, "tasks:much")
    assert caught.value.fault is OffloadFault.NO_MEMORY


def test_tasks_at_the_same_time_have_processes_of_their_own(
    with_tasks: Callable[[str], ProcessOffload],
) -> None:
    processes = with_tasks(
        """
        import os
        def twice(body):
            yield str(os.getpid()).encode()
            yield b"end"
        """
    )
    first = processes.run("tasks:twice", {}, BytesBody(), CancelToken())
    second = processes.run("tasks:twice", {}, BytesBody(), CancelToken())
    numbers = {next(first), next(second)}
    assert len(numbers) == 2
    assert [*first, *second] == [b"end", b"end"]
    assert run(processes, "tasks:twice")[0] in numbers


def test_a_body_that_is_given_back_stops_the_task(processes: ProcessOffload) -> None:
    body = spool(b"x")
    body.close()
    with pytest.raises(Stopped):
        run(processes, "line_rows:index_lines", body, offset=0, rows=0, lines=0, state=0)
    processes.close()
    with pytest.raises(Stopped):
        run(processes, "line_rows:index_lines", offset=0, rows=0, lines=0, state=0)


@pytest.mark.parametrize("task", ["os:system", "../x:y", "line_rows:missing", "line_rows"])
def test_only_functions_of_the_renderer_are_run(task: str, processes: ProcessOffload) -> None:
    with pytest.raises(OffloadFailed) as caught:
        run(processes, task)
    assert caught.value.fault is OffloadFault.BUG


def test_a_process_that_cannot_start_is_an_error() -> None:
    with (
        closing(ProcessOffload(lambda: ["/nowhere/python"])) as processes,
        pytest.raises(OffloadFailed) as caught,
    ):
        run(processes, "line_rows:index_lines")
    assert caught.value.fault is OffloadFault.NOT_STARTED


def test_without_sockets_tasks_and_bodies_come_through_a_pipe(
    with_tasks: Callable[[str], ProcessOffload], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where no file can be handed over by its descriptor."""
    monkeypatch.setattr(offload, "SHARES_FILES", False)
    processes = with_tasks(
        """
        from httpdesk.adapters import offload_child
        def text(body): yield body.read_at(2, 4)
        """
    )
    assert run(processes, "tasks:text", spool(b"0123456789")) == [b"2345"]


def test_it_ends_with_the_program_however_that_ends(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys, time
            sys.path.insert(0, {str(Path(offload.__file__).parents[2])!r})
            from httpdesk.adapters.offload import ProcessOffload
            from httpdesk.adapters.body_spool import BodySpool
            from httpdesk.engine.cancel import CancelToken
            processes = ProcessOffload()
            mark = dict(offset=0, rows=0, lines=0, state=0)
            list(processes.run("line_rows:index_lines", mark, BodySpool(), CancelToken()))
            print(processes._idle[0]._process.pid, flush=True)
            time.sleep(60)
            """
        )
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        number = int(program.stdout.readline())
        assert _lives(number)
        program.kill()
        program.wait()
        deadline = time.monotonic() + 10
        while _lives(number):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def _lives(number: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{number}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
