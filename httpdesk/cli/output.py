"""Where the answer is printed: a pipe, a terminal, or a file."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import Protocol, TextIO

from httpdesk.cli.ports import CliPorts
from httpdesk.cli.terminal import decoded, encodable, printable
from httpdesk.engine.download import PartFile
from httpdesk.engine.resume import PartFacts
from httpdesk.model.errors import DiskFull, FileUnwritable, NameTaken, StorageFailed

STDOUT = "standard output"


class Output(Protocol):
    """Takes what is printed; every method raises StorageFailed."""

    is_terminal: bool

    def text(self, text: str) -> None:
        """Write lines of our own, such as the status and headers."""

    def body(self, chunks: Iterable[bytes], charset: str = "") -> None:
        """Write bytes as they are; a terminal gets them as harmless text."""

    def finish(self, *, complete: bool, facts: PartFacts | None = None) -> str | None:
        """End the output; return where an incomplete one was kept, if that is another place.

        `facts` is what the rest can be asked for with.
        """

    def close(self) -> None:
        """Undo what was not finished."""


class PipeOutput:
    """Standard output that is no terminal: exactly the bytes."""

    is_terminal = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def text(self, text: str) -> None:
        """Write UTF-8, whatever the locale says."""
        self.body([text.encode("utf-8", "backslashreplace")])

    def body(self, chunks: Iterable[bytes], charset: str = "") -> None:
        """Write the bytes."""
        try:
            for chunk in chunks:
                self._stream.buffer.write(chunk)
                self._stream.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritable(error) from error

    def finish(self, *, complete: bool, facts: PartFacts | None = None) -> str | None:
        """Nothing is left to do."""
        return None

    def close(self) -> None:
        """Nothing is left to do."""


class TerminalOutput:
    """A terminal: no control character of a server reaches it (security.md R7)."""

    is_terminal = True

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def text(self, text: str) -> None:
        """Write printable text."""
        self._write(printable(text))

    def body(self, chunks: Iterable[bytes], charset: str = "") -> None:
        """Write the text, with a line break at its end so that the prompt stands alone."""
        last = "\n"
        for text in decoded(chunks, charset):
            self._write(text)
            last = text[-1:] or last
        if last != "\n":
            self._write("\n")

    def finish(self, *, complete: bool, facts: PartFacts | None = None) -> str | None:
        """Nothing is left to do."""
        return None

    def close(self) -> None:
        """Nothing is left to do."""

    def _write(self, text: str) -> None:
        try:
            self._stream.write(encodable(text, self._stream))
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritable(error) from error


class FileOutput:
    """A file that takes its name when all of the answer is in it."""

    is_terminal = False

    def __init__(self, file: PartFile, *, replace: bool) -> None:
        self._file = file
        self._replace = replace
        self._wrote = False

    def text(self, text: str) -> None:
        """Write UTF-8."""
        self.body([text.encode("utf-8", "backslashreplace")])

    def body(self, chunks: Iterable[bytes], charset: str = "") -> None:
        """Write the bytes."""
        for chunk in chunks:
            self._file.write(chunk)
            self._wrote = self._wrote or bool(chunk)

    def finish(self, *, complete: bool, facts: PartFacts | None = None) -> str | None:
        """Give the file its name; of an incomplete answer keep what came beside it.

        Raises NameTaken where another file has the name by now; the part stays.
        """
        if complete:
            self._commit()
            return None
        if not self._wrote:
            return None
        self._file.keep_part(facts)
        return self._file.path

    def _commit(self) -> None:
        try:
            self._file.commit(replace=self._replace)
        except NameTaken as error:
            self._file.keep_part(None)
            raise NameTaken(path=error.path, detail=self._file.path) from error

    def close(self) -> None:
        """Remove what was not finished."""
        self._file.discard()


def open_file(name: str, ports: CliPorts, *, replace: bool) -> FileOutput:
    """Return the file that the answer goes to; raises StorageFailed.

    Without `replace` it raises NameTaken where there is such a file.
    """
    if not replace and ports.files.taken(name):
        raise NameTaken(path=name)
    return FileOutput(ports.downloads().begin(name), replace=replace)


def open_standard_output(stdout: TextIO | None) -> Output:
    """Return standard output; raises FileUnwritable when it is closed."""
    if stdout is None or stdout.closed:
        raise FileUnwritable(path=STDOUT, detail="it is closed")
    return TerminalOutput(stdout) if stdout.isatty() else PipeOutput(stdout)


def _unwritable(error: OSError) -> StorageFailed:
    if error.errno == errno.ENOSPC:
        return DiskFull(path=STDOUT, detail=error.strerror or "")
    return FileUnwritable(path=STDOUT, detail=error.strerror or type(error).__name__)
