"""A token is set once and runs its hooks once, at once when it is set already."""

from __future__ import annotations

import threading

from httpdesk.engine.cancel import CancelToken


def test_hooks_run_once_on_the_cancelling_thread() -> None:
    """Statement 69: a cancel reaches the send from another thread."""
    token = CancelToken()
    ran: list[threading.Thread] = []
    token.on_cancel(lambda: ran.append(threading.current_thread()))
    assert not token.cancelled
    canceller = threading.Thread(target=token.cancel)
    canceller.start()
    canceller.join()
    token.cancel()
    assert token.cancelled
    assert ran == [canceller]


def test_a_hook_that_was_taken_back_does_not_run() -> None:
    token = CancelToken()
    ran: list[str] = []
    take_back = token.on_cancel(lambda: ran.append("first"))
    token.on_cancel(lambda: ran.append("second"))
    take_back()
    token.cancel()
    take_back()
    assert ran == ["second"]


def test_a_late_hook_runs_at_once() -> None:
    token = CancelToken()
    token.cancel()
    ran: list[str] = []
    token.on_cancel(lambda: ran.append("late"))()
    assert ran == ["late"]


def test_waiting_ends_with_the_cancel() -> None:
    token = CancelToken()
    assert not token.wait(0)
    waiter = threading.Thread(target=token.wait, args=(60,))
    waiter.start()
    token.cancel()
    waiter.join(10)
    assert not waiter.is_alive()
    assert token.wait(60)
