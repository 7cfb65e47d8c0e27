"""Bodies that `httpdesk send` saves: under which name, and the rest of one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from httpdesk.cli.arguments import SendArguments
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.output import FileOutput, Output, open_file, open_standard_output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.download import Ending, Part, Saved, save_rest
from httpdesk.engine.resume import PartFacts, part_facts, range_headers
from httpdesk.formats.download_name import suggested_file_name
from httpdesk.model.errors import NameTaken
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Header, Request
from httpdesk.render.units import format_size


class Saving:
    """Where the answer of one run goes."""

    def __init__(self, arguments: SendArguments, ports: CliPorts, streams: Streams) -> None:
        self._arguments = arguments
        self._ports = ports
        self._streams = streams
        self._name = arguments.output
        self.part = self._part()
        """What is gone on with, None when all of it is asked for."""

    def open(self) -> Output:
        """Return the output that is known before anything is sent; raises StorageFailed."""
        if self.part is not None or self._name is None or self._name == "-":
            return open_standard_output(self._streams.stdout)
        return open_file(self._name, self._ports, replace=self._arguments.force)

    def open_named(self, exchange: Exchange) -> tuple[Output, str]:
        """Return the file under the name that the answer proposes; raises StorageFailed.

        What arrived stays in a part when the name is taken.
        """
        response = exchange.response
        assert response is not None
        name = suggested_file_name(response.headers, response.url)
        file = self._ports.downloads().begin(name)
        return FileOutput(file, replace=self._arguments.force), name

    def asked(self, request: Request) -> Request:
        """Return the request that asks for what is wanted of the body."""
        if self.part is None:
            return request
        lines = range_headers(self.part.facts, self.part.size)
        names = {name.lower() for name, _ in lines}
        kept = tuple(each for each in request.headers if each.name.lower() not in names)
        added = tuple(Header(name, value) for name, value in lines)
        return replace(request, headers=(*kept, *added))

    def save_rest(self, exchange: Exchange) -> Saved:
        """Put the answer behind the part; raises StorageFailed."""
        assert self.part is not None
        assert self._name is not None
        return save_rest(exchange, self.part, self._ports.downloads(), self._name, CancelToken())

    def facts(self, exchange: Exchange) -> PartFacts | None:
        """Return what the rest of a cut answer can be asked for with."""
        whole_body = not (self._arguments.include or self._arguments.as_json)
        return part_facts(exchange) if whole_body else None

    def _part(self) -> Part | None:
        name = self._name
        if not self._arguments.resume or name is None:
            return None
        if not self._arguments.force and self._ports.files.taken(name):
            raise NameTaken(path=name)
        return self._ports.downloads().part(name)


@dataclass(frozen=True, slots=True)
class Done:
    """What is said of a save, and the status where that is not the exchange's own."""

    sentence: str = ""
    status: ExitStatus | None = None


def rest_done(saved: Saved, exchange: Exchange) -> Done:
    """Return what became of the rest of a download."""
    size = format_size(saved.size)
    if saved.ending is Ending.SAVED:
        # Also where the server says that there is no more, which is its status 416.
        status = ExitStatus.SUCCESS if exchange.error is None else None
        return Done(f"Saved to {saved.path}, {size} with what was there.", status)
    if saved.ending is Ending.ANEW:
        text = "The server has another version by now, or sends no parts: all of it came again."
        return Done(f"Saved to {saved.path}, {size}. {text}")
    if saved.ending is Ending.REFUSED:
        text = f"The server did not send the rest. {saved.path} is as it was."
        answered = exchange.error is None and exchange.succeeded
        return Done(text, ExitStatus.NO_RESPONSE if answered else None)
    total = f" of {format_size(saved.total)}" if saved.total is not None else ""
    return Done(f"{saved.path} holds {size}{total} now.")


def taken_done(error: NameTaken) -> Done:
    """Return that the answer could not have its name, which another file has."""
    text = f"{error.path} is there already and was not overwritten; --force does that."
    return Done(f"{text} What arrived is in {error.detail}.", ExitStatus.FILE)
