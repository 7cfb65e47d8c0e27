"""One holder at a time, in this program and in others."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from httpdesk.adapters.token_locks import TokenLocks
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import SignInFailed, SignInReason

_HOLD = """
import sys
from pathlib import Path
from httpdesk.adapters.token_locks import TokenLocks
from httpdesk.engine.cancel import CancelToken
with TokenLocks(lambda: Path(sys.argv[1])).hold("one", CancelToken()):
    print("held", flush=True)
    sys.stdin.read()
"""


def reason(locks: TokenLocks, cancel: CancelToken) -> SignInReason:
    with pytest.raises(SignInFailed) as caught, locks.hold("one", cancel):
        pass
    return caught.value.reason


def test_another_program_is_waited_for(tmp_path: Path) -> None:
    """security.md R3, 8; a program that is killed holds nothing."""
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    assert reason(TokenLocks(lambda: tmp_path, 0.05), CancelToken()) is SignInReason.BUSY
    cancel = CancelToken()
    threading.Timer(0.05, cancel.cancel).start()
    assert reason(TokenLocks(lambda: tmp_path), cancel) is SignInReason.CANCELLED
    with TokenLocks(lambda: tmp_path, 0.05).hold("two", CancelToken()):
        other.kill()
        other.communicate(timeout=10)
    with TokenLocks(lambda: tmp_path, 5).hold("one", CancelToken()):
        pass


def test_threads_take_turns(tmp_path: Path) -> None:
    locks, inside, most = TokenLocks(lambda: tmp_path), [0], [0]

    def work() -> None:
        for _ in range(5):
            with locks.hold("../one", CancelToken()):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == [1]
    assert [path.parent for path in tmp_path.iterdir()] == [tmp_path]
