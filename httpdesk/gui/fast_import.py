"""Imports Qt a fifth faster than `import PySide6` does.

PySide6 carries about 100 kB of Python inside its binary and compiles it anew at every start. Here
the byte code is kept beside our own, under the same rules: `PYTHONDONTWRITEBYTECODE` is obeyed, and
a file that is missing, stale or cannot be written means the slow way, nothing else.

PySide6 also wraps `builtins.__import__`, for `from __feature__ import …`, which nothing here uses;
every later import is a quarter faster without it.
"""

from __future__ import annotations

import builtins
import gc
import importlib.util
import marshal
import os
import sys
import zlib
from types import CodeType
from typing import Any

Key = tuple[int, str, int]
PREFIX = "shibokensupport/"


def import_qt() -> None:
    """Import QtWidgets; does nothing when it is imported already.

    Python's cycle collector stays off from here on: while everything is loaded it finds nothing and
    costs a tenth of the start. `JobRunner` runs it later, and on the UI thread only.
    """
    if "PySide6" in sys.modules:
        return
    gc.disable()
    path = _cache_path()
    kept = _read(path)
    compiled: dict[Key, CodeType] = {}
    compile_ = builtins.compile

    def compile_once(source: Any, filename: Any, mode: str, *more: Any, **options: Any) -> Any:
        if not (isinstance(source, bytes) and str(filename).startswith(PREFIX)):
            return compile_(source, filename, mode, *more, **options)
        key = (sys.hexversion, str(filename), zlib.crc32(source))
        code = kept.get(key) or compile_(source, filename, mode, *more, **options)
        compiled[key] = code
        return code

    builtins.compile = compile_once
    try:
        import PySide6.QtWidgets  # noqa: F401
    finally:
        builtins.compile = compile_
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
    if compiled.keys() - kept.keys():
        _write(path, compiled)


def _cache_path() -> str:
    return importlib.util.cache_from_source(os.path.join(os.path.dirname(__file__), "qt.py"))


def _read(path: str) -> dict[Key, CodeType]:
    try:
        with open(path, "rb") as file:
            kept = marshal.load(file)
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(path: str, compiled: dict[Key, CodeType]) -> None:
    if sys.dont_write_bytecode:
        return
    beside = f"{path}.{os.getpid()}"
    try:
        with open(beside, "wb") as file:
            marshal.dump(compiled, file)
        os.replace(beside, path)
    except OSError:
        return
