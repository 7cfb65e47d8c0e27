"""Calls that nothing can interrupt, waited for with a limit and then walked away from."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from httpdesk.engine.cancel import CancelToken

Result = TypeVar("Result")


class OutOfPatience(Exception):
    """The call has not come back in time; its thread is left to itself."""


class _Call(Generic[Result]):
    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._done = threading.Event()
        self._results: list[Result] = []
        self._problem: BaseException | None = None

    def wait(self, seconds: float, name: str, cancel: CancelToken | None) -> Result:
        threading.Thread(target=self._run, name=name, daemon=True).start()
        take_back = cancel.on_cancel(self._done.set) if cancel is not None else None
        self._done.wait(seconds)
        if take_back is not None:
            take_back()
        if self._problem is not None:
            raise self._problem
        if not self._results:
            raise OutOfPatience
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._function())
        except BaseException as error:  # noqa: BLE001 - the waiting thread raises it
            self._problem = error
        self._done.set()


def call_patiently(
    function: Callable[[], Result],
    seconds: float,
    name: str,
    cancel: CancelToken | None = None,
) -> Result:
    """Return what `function` returns, or raise what it raises.

    It runs on a daemon thread called `name`. Raises OutOfPatience after `seconds`, and at once when
    it is cancelled.
    """
    return _Call(function).wait(seconds, name, cancel)
