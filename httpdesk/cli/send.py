"""`httpdesk send`: one request through the engine, its answer on standard output."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace

from httpdesk.cli.arguments import SendArguments, UsageError, parse_send
from httpdesk.cli.arriving import LOOK_AGAIN, ArrivingBody
from httpdesk.cli.compose import Composed, compose
from httpdesk.cli.connection_secrets import connecting
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.facts import bodies_of, body_of, read_chunks
from httpdesk.cli.full_response import FullResponse
from httpdesk.cli.messages import describe
from httpdesk.cli.network import Network
from httpdesk.cli.output import Output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.cli.prompt import CommandLinePrompt, is_interactive
from httpdesk.cli.remembering import keep
from httpdesk.cli.report import Report
from httpdesk.cli.request_messages import clock_sentences, warning_sentence
from httpdesk.cli.saving import Done, Saving, rest_done, taken_done
from httpdesk.cli.terminal import say
from httpdesk.cli.told import pages_sentence
from httpdesk.cli.verbose import head_lines, verbose_lines
from httpdesk.cli.wire_text import secrets_of, sizes, wire_lines
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.debug_log import debug_log
from httpdesk.engine.masking import Masker, secret_values
from httpdesk.engine.pages import PageReader, send_pages
from httpdesk.engine.ports import Progress
from httpdesk.engine.retry import is_used_up
from httpdesk.engine.send import SendContext, preview_send
from httpdesk.engine.unsealing import unsealed, with_secrets
from httpdesk.engine.wire_preview import planned
from httpdesk.model.errors import Cancelled, NameTaken
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import Response
from httpdesk.render.content_type import SNIFF_LENGTH, looks_binary, parse_media_type
from httpdesk.render.page_reader import JsonPages
from httpdesk.render.units import format_size

_CANCEL_SECONDS = 2.0


def run_send(argv: Sequence[str], ports: CliPorts, streams: Streams) -> ExitStatus:
    """Do what the words behind `send` say; raises UsageError and HttpDeskError."""
    arguments = parse_send(argv)
    with ExitStack() as stack:
        return _Send(arguments, ports, streams, stack).run()


class _Send:
    """One run; the stack closes what it opens."""

    def __init__(
        self, arguments: SendArguments, ports: CliPorts, streams: Streams, stack: ExitStack
    ) -> None:
        self._arguments = arguments
        self._ports = ports
        self._streams = streams
        self._stack = stack
        self._network = Network(ports, arguments.network)
        self._prompt = CommandLinePrompt(
            streams, ports.ask_secret, follow_with_body=arguments.follow_with_body
        )
        self._masker: Masker | None = None
        self._pages = JsonPages(ports.new_scratch)

    def run(self) -> ExitStatus:
        """Compose, send, print."""
        composed = compose(self._arguments, self._ports, self._streams.stdin, self._sample_url)
        for kept in composed.request.unapplied:
            self._say(f"Warning: the file also asks for {kept}, which is not used yet.")
        self._saving = Saving(self._arguments, self._ports, self._streams)
        composed = replace(composed, request=self._saving.asked(composed.request))
        output = self._saving.open()
        self._stack.callback(output.close)
        if self._arguments.preview:
            return self._preview(composed, output)
        self._composed = composed
        self._arriving = ArrivingBody(
            output,
            lambda arriving: self._print_head(arriving, output),
            waits=not self._prints_body(),
        )
        exchange = self._send(composed)
        for body in bodies_of(exchange):
            self._stack.callback(body.close)
        if self._arguments.history:
            # Before the bodies are given back, and whatever becomes of the output.
            arguments, ports, streams = self._arguments, self._ports, self._streams
            self._stack.callback(keep, exchange, composed, arguments, ports, streams)
        self._hide_secrets(exchange)
        return self._tell(exchange, output)

    def _sample_url(self) -> str:
        server = self._ports.sample_server()
        self._stack.callback(server.stop)
        return server.start()

    def _preview(self, composed: Composed, output: Output) -> ExitStatus:
        """Print the request as it would leave; raises the first of its problems."""
        if self._arguments.as_json:
            raise UsageError("--preview prints lines of text and goes without --json.")
        context = self._context(composed)
        if self._arguments.reveal:
            # Nothing goes anywhere, so that nobody is asked where to.
            context = replace(context, connecting=_unasked(context.connecting))
            context = with_secrets(composed.request, context, self._read_secret, CancelToken())
        found = preview_send(composed.request, context)
        if found.problems:
            raise found.problems[0]
        wire = planned(found, secrets_of(composed), shown=None)
        assert wire is not None
        reveal, verbose = self._arguments.reveal, self._arguments.verbose
        output.text("\n".join(wire_lines(wire, reveal=reveal, origins=verbose)) + "\n")
        output.finish(complete=True)
        for warning in found.warnings:
            self._say(f"Warning: {warning_sentence(warning)}")
        if verbose:
            self._say(sizes(wire))
        return ExitStatus.SUCCESS

    def _send(self, composed: Composed) -> Exchange:
        """Send; where a certificate turns out to need a passphrase, ask for it and send again."""
        exchange = self._send_once(composed)
        if is_interactive(self._streams) and self._network.takes_passphrase(exchange.error):
            for body in bodies_of(exchange):
                body.close()
            exchange = self._send_once(composed)
        return exchange

    def _send_once(self, composed: Composed) -> Exchange:
        context = self._context(composed)
        # On the thread of the send, because the keyring may wait for the user.
        return _SendThread(
            composed,
            lambda cancel: unsealed(composed.request, context, self._read_secret, cancel),
            self._prompt,
            self._pages,
            self._arriving,
        ).result()

    def _read_secret(self, name: str) -> str | None:
        return self._ports.secrets().read(name)

    def _context(self, composed: Composed) -> SendContext:
        transport = self._stack.enter_context(closing(self._ports.transport()))
        system = self._network.system_proxies()
        connections = self._ports.connections(transport, system)
        return SendContext(
            transport=transport,
            clock=self._ports.clock,
            scope=composed.scope,
            defaults=composed.defaults,
            files=self._ports.uploads(composed.folder),
            cookies=self._ports.cookies(),
            network=self._network.options(),
            system_proxies=system,
            connecting=connecting(
                connections,
                self._ports,
                composed.collection,
                composed.allowed_system,
                unverified=self._arguments.insecure,
            ),
            prompt=self._prompt,
            values=self._prompt,
            secrets=tuple(value for _, value in composed.secrets),
            environment=composed.environment,
        )

    def _tell(self, exchange: Exchange, output: Output) -> ExitStatus:
        """Print the exchange, then say on standard error what has to be said."""
        saved = self._save(exchange, output)
        if self._arguments.verbose:
            self._say("\n".join(verbose_lines(exchange, self._masker)))
        for entry in debug_log(exchange, reveal=self._arguments.reveal):
            self._say(str(entry))
        for warning in exchange.request.warnings:
            self._say(f"Warning: {warning_sentence(warning)}")
        if exchange.pages_taken is not None:
            self._say(pages_sentence(exchange.pages_taken))
        if is_used_up(exchange):
            self._say(f"Still failing after {len(exchange.attempts)} attempts.")
        if exchange.error is not None:
            self._say(describe(exchange.error))
        if saved.sentence:
            self._say(saved.sentence)
        return self._status(exchange) if saved.status is None else saved.status

    def _save(self, exchange: Exchange, output: Output) -> Done:
        """Print or save the answer."""
        saving = self._saving
        if saving.part is not None:
            return rest_done(saving.save_rest(exchange), exchange)
        name = ""
        if self._arguments.remote_name and exchange.response is not None:
            output, name = saving.open_named(exchange)
            self._stack.callback(output.close)
        self._print(exchange, output)
        complete = exchange.error is None or self._is_report(exchange)
        try:
            kept = output.finish(complete=complete, facts=saving.facts(exchange))
        except NameTaken as error:
            return taken_done(error)
        if kept is not None:
            return Done(f"What arrived is in {kept}.")
        return Done(f"Saved to {name}." if name and complete else "")

    def _is_report(self, exchange: Exchange) -> bool:
        """Return whether a document is printed, whole also when the answer is not."""
        return self._arguments.as_json or exchange.request.options.full_response

    def _print(self, exchange: Exchange, output: Output) -> None:
        if self._arguments.as_json:
            output.body(Report(exchange, self._masker).chunks())
        elif exchange.request.options.full_response:
            output.body(FullResponse(exchange, self._masker).chunks())
        elif exchange.response is not None:
            if self._arriving.rest():
                return
            self._print_head(exchange, output)
            self._print_body(exchange.response, output)

    def _prints_body(self) -> bool:
        """Return whether the body as it is goes to standard output."""
        arguments = self._arguments
        to_file = arguments.remote_name or self._saving.part is not None
        return not (to_file or arguments.as_json) and arguments.output in (None, "-")

    def _print_head(self, exchange: Exchange, output: Output) -> None:
        if self._arguments.include and exchange.response is not None:
            self._hide_secrets(exchange)
            output.text("\n".join(head_lines(exchange.response, self._masker)) + "\n\n")

    def _hide_secrets(self, exchange: Exchange) -> None:
        if not self._arguments.reveal:
            found = secret_values(exchange.request, secrets_of(self._composed))
            self._masker = Masker(found)

    def _print_body(self, response: Response, output: Output) -> None:
        media = parse_media_type(response.header("content-type"))
        body = body_of(response)
        if output.is_terminal and looks_binary(body.read_at(0, SNIFF_LENGTH), media.charset):
            kind = f", {media.essence}" if media.essence else ""
            self._say(
                f"The body is binary ({format_size(body.size)}{kind}) and is not shown on a "
                "terminal.\nSave it with -o FILE, or send it to another program with |."
            )
        else:
            output.body(read_chunks(body), media.charset)

    def _status(self, exchange: Exchange) -> ExitStatus:
        if isinstance(exchange.error, Cancelled):
            return ExitStatus.INTERRUPTED
        if exchange.error is not None or exchange.response is None:
            return ExitStatus.NO_RESPONSE
        if exchange.succeeded:
            return ExitStatus.SUCCESS
        told = self._arguments.include or self._arguments.verbose or self._is_report(exchange)
        if not told:
            response = exchange.response
            self._say(f"The answer is {response.status_code} {response.reason_phrase}".rstrip())
        for sentence in clock_sentences(exchange):
            self._say(sentence)
        return ExitStatus.FAILED_RESPONSE

    def _say(self, text: str) -> None:
        say(self._streams.stderr, self._masker.text(text) if self._masker else text)


def _unasked(connecting: Connecting | None) -> Connecting | None:
    return None if connecting is None else replace(connecting, approvals=None)


class _SendThread:
    """Sends beside the main thread, which stays free for Ctrl+C and for questions."""

    def __init__(
        self,
        composed: Composed,
        context: Callable[[CancelToken], SendContext],
        prompt: CommandLinePrompt,
        pages: PageReader,
        arriving: ArrivingBody,
    ) -> None:
        """`arriving` prints the body as it comes."""
        self._composed = composed
        self._arriving = arriving
        self._progress = Progress()
        self._ended = False
        self._pages = pages
        self._context = context
        self._prompt = prompt
        self._cancel = CancelToken()
        self._exchange: Exchange | None = None
        self._failure: BaseException | None = None
        # Not `Thread.join`: interrupted, it takes a running thread for a stopped one.
        self._done = threading.Event()

    def result(self) -> Exchange:
        """Return the exchange, cancelled on Ctrl+C; raises what `send` raises."""
        try:
            # Inside, because the send may be well on its way before `start` returns.
            threading.Thread(target=self._run, name="send", daemon=True).start()
            while self._serve():
                self._arriving.follow(self._progress, self._serve)
                if self._arriving.failed:
                    self._cancel.cancel()
        except KeyboardInterrupt:
            self._cancel.cancel()
            if not self._done.wait(_CANCEL_SECONDS):
                raise
        if self._failure is not None:
            raise self._failure
        assert self._exchange is not None
        return self._exchange

    def _serve(self) -> bool:
        """Ask what is asked, and wait a moment; False once the send has ended."""
        # In slices, because a wait without an end cannot be interrupted on Windows.
        self._ended = self._ended or not self._prompt.serve_next(LOOK_AGAIN)
        return not self._ended

    def _run(self) -> None:
        try:
            self._exchange = send_pages(
                self._composed.request,
                self._context(self._cancel),
                self._cancel,
                self._progress,
                self._pages,
            )
        except BaseException as failure:  # noqa: BLE001  the waiting thread raises it
            self._failure = failure
        finally:
            self._done.set()
            self._prompt.end()
