"""Makes the adapters, each when it is first needed, and hands them to the two faces as ports.

The only file that knows every layer. It imports each adapter where it is made.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpdesk.adapters.database import Database
    from httpdesk.adapters.history_database import HistoryDatabase
    from httpdesk.adapters.offload import ProcessOffload
    from httpdesk.adapters.outside_files import OutsideFiles
    from httpdesk.adapters.requests_transport import RequestsTransport
    from httpdesk.adapters.sample_server import LocalSampleServer
    from httpdesk.adapters.settings_file import SettingsFile
    from httpdesk.cli.ports import CliPorts
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.collection_ports import CollectionStore
    from httpdesk.engine.connecting import ConnectionPorts
    from httpdesk.engine.connection_ports import SignInListener, TokenEndpoint
    from httpdesk.engine.download import DownloadFiles
    from httpdesk.engine.environment_ports import EnvironmentStore
    from httpdesk.engine.find_ports import TextFinder
    from httpdesk.engine.known_secrets import KnownSecrets
    from httpdesk.engine.offload import Scratch
    from httpdesk.engine.ports import (
        CookieJar,
        CookieStore,
        SecretPlaces,
        SecretStore,
        SystemProxies,
        Transport,
        UploadFiles,
    )
    from httpdesk.gui.ports import Notice, WindowPorts
    from httpdesk.model.health import Finding
    from httpdesk.model.network import NetworkOptions
    from httpdesk.model.oauth import ProviderMetadata
    from httpdesk.model.response import BodyHandle
    from httpdesk.model.secrets import SecretPlace
    from httpdesk.model.settings import Settings

VAULT_PASSPHRASE = "HTTPDESK_VAULT_PASSPHRASE"
"""Of the environment: opens the encrypted file on the command line (security.md R4)."""


def _place(folder: Callable[[], Path]) -> Path:
    """Return one of the per-user folders, also one that cannot be made: its use tells of that."""
    try:
        return folder()
    except Exception as error:
        from httpdesk.model.errors import FileUnwritable  # start-up does without it

        if not isinstance(error, FileUnwritable):
            raise
        return Path(error.path)


def _transport() -> RequestsTransport:
    from httpdesk.adapters.paths import cache_folder
    from httpdesk.adapters.requests_transport import RequestsTransport

    return RequestsTransport(_place(cache_folder))


def _collections() -> CollectionStore:
    from httpdesk.adapters.collection_files import CollectionFiles
    from httpdesk.adapters.paths import cache_folder, data_folder

    return CollectionFiles(_place(data_folder), _place(cache_folder))


def _environments() -> EnvironmentStore:
    from httpdesk.adapters.environment_files import EnvironmentFiles
    from httpdesk.adapters.paths import config_folder, data_folder

    return EnvironmentFiles(lambda: _place(config_folder), _place(data_folder))


def _uploads(folder: str | None, chosen: Collection[str] = ()) -> UploadFiles:
    from httpdesk.adapters.uploads import LocalUploads

    return LocalUploads(folder, chosen)


def _sample_server() -> LocalSampleServer:
    from httpdesk.adapters.sample_server import SAMPLE_PORT, LocalSampleServer

    return LocalSampleServer(SAMPLE_PORT)


def own_database() -> Database:
    from httpdesk.adapters.database import Database
    from httpdesk.adapters.paths import data_folder

    return Database(_place(data_folder) / "httpdesk.db")


def _history(settings: Callable[[], Settings]) -> HistoryDatabase:
    from httpdesk.adapters.history_database import HistoryDatabase, HistoryLimits
    from httpdesk.adapters.paths import data_folder

    def limits() -> HistoryLimits:
        chosen = settings()
        return HistoryLimits(chosen.history_entries, chosen.history_megabytes * 1_000_000)

    return HistoryDatabase(_place(data_folder) / "history.db", limits)


def _cookies(database: Callable[[], Database]) -> CookieStore:
    from httpdesk.adapters.stored_cookies import StoredCookies

    return StoredCookies(database)


def _empty_jar() -> CookieJar:
    from httpdesk.adapters.cookie_jars import MemoryJar

    return MemoryJar()


def _system_proxies() -> SystemProxies:
    from httpdesk.adapters.system_proxies import UrllibSystemProxies

    return UrllibSystemProxies()


def _secrets(
    database: Callable[[], Database],
    chosen: Callable[[], SecretPlace],
    known: KnownSecrets,
    passphrase: Callable[[str], str | None] | None = None,
) -> SecretPlaces:
    """Return the secrets of both faces; the keyring itself is looked for at its first use."""
    from httpdesk.adapters.chosen_secrets import ChosenSecrets
    from httpdesk.adapters.keyring_secrets import KeyringSecrets
    from httpdesk.adapters.memory_secrets import MemorySecrets
    from httpdesk.adapters.paths import data_folder
    from httpdesk.adapters.vault_secrets import VaultSecrets, nobody

    vault = VaultSecrets(
        lambda: _place(data_folder) / "vault" / "secrets.vault", passphrase or nobody
    )
    keyring = KeyringSecrets(database())
    return ChosenSecrets(keyring, MemorySecrets(), vault, chosen, known.note)


def _known_secrets() -> KnownSecrets:
    from httpdesk.engine.known_secrets import KnownSecrets

    return KnownSecrets()


def _chosen_place() -> SecretPlace:
    """Return where the command line keeps secrets: nothing would be left of a session."""
    from httpdesk.model.secrets import SecretPlace

    in_vault = _read_settings()[0].secrets == SecretPlace.VAULT.value
    return SecretPlace.VAULT if in_vault else SecretPlace.KEYRING


def _vault_passphrase(path: str) -> str | None:
    """Return what opens the encrypted file: from the environment, else what is typed."""
    given = os.environ.get(VAULT_PASSPHRASE)
    if given or sys.stdin is None or not sys.stdin.isatty():
        return given
    return _ask_secret(f"Passphrase of {path}: ")


def _sample_collection() -> str:
    from httpdesk.adapters.paths import data_folder
    from httpdesk.adapters.sample_collection import place_sample_collection

    return place_sample_collection(data_folder() / "sample")


def _default_collection() -> str:
    from httpdesk.adapters.paths import HOME_VARIABLE

    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home) / "collections" if home else Path.home() / "HTTPDesk"
    return str(folder.absolute() / "My requests")


def _settings_file(path: Path) -> SettingsFile:
    from httpdesk.adapters.settings_file import SettingsFile

    return SettingsFile(path)


def _read_settings() -> tuple[Settings, tuple[str, ...]]:
    from httpdesk.adapters.paths import config_folder

    return _settings_file(_place(config_folder) / "settings.toml").read()


def _listener(path: str, port: int) -> SignInListener:
    from httpdesk.adapters.loopback import LoopbackListener

    return LoopbackListener(path, port)


def _connections(
    transport: Transport,
    system: SystemProxies | None,
    keyring: Callable[[], SecretStore],
    database: Callable[[], Database],
) -> ConnectionPorts:
    from httpdesk.adapters.browser import open_browser
    from httpdesk.adapters.connection_files import ConnectionFiles
    from httpdesk.adapters.connection_records import StoredRecords
    from httpdesk.adapters.paths import config_folder, data_folder
    from httpdesk.adapters.signers import RequestSigners
    from httpdesk.adapters.token_locks import TokenLocks
    from httpdesk.engine.connecting import ConnectionPorts

    def endpoint(network: NetworkOptions, cancel: CancelToken) -> TokenEndpoint:
        # Importing the OAuth libraries takes a moment that most sends do not need.
        from httpdesk.adapters.token_calls import TokenCalls
        from httpdesk.adapters.transport_adapter import TransportAdapter

        return TokenCalls(lambda: TransportAdapter(transport, cancel, network, system), time.time)

    def discover(issuer: str, network: NetworkOptions, cancel: CancelToken) -> ProviderMetadata:
        from httpdesk.adapters.provider_metadata import discover
        from httpdesk.adapters.transport_adapter import TransportAdapter

        return discover(issuer, TransportAdapter(transport, cancel, network, system))

    return ConnectionPorts(
        store=ConnectionFiles(lambda: _place(config_folder), _place(data_folder)),
        keyring=keyring,
        endpoint=endpoint,
        locks=TokenLocks(lambda: _place(data_folder) / "locks"),
        listener=_listener,
        open_browser=open_browser,
        records=StoredRecords(database),
        discover=discover,
        signers=RequestSigners(),
    )


def _beside_sample(
    connections: ConnectionPorts, sample_server: Callable[[], LocalSampleServer]
) -> ConnectionPorts:
    """Return the same, which finds the sample server's provider also before any request does."""

    def open_browser(url: str) -> bool:
        sample_server().start_for(url)
        return connections.open_browser(url)

    def discover(issuer: str, network: NetworkOptions, cancel: CancelToken) -> ProviderMetadata:
        sample_server().start_for(issuer)
        return connections.discover(issuer, network, cancel)

    return replace(connections, open_browser=open_browser, discover=discover)


def _ask_secret(question: str) -> str:
    from getpass import getpass

    return getpass(question)


def _notices(settings: SettingsFile | None, *databases: object) -> tuple[Notice, ...]:
    """Return what happened to the program's own files while they were opened."""
    found = (getattr(source, "notice", None) for source in (settings, *databases))
    problem = settings.problem if settings is not None else None
    return tuple(notice for notice in (*found, problem) if notice is not None)


def _outside_files() -> OutsideFiles:
    from httpdesk.adapters.outside_files import OutsideFiles

    return OutsideFiles()


def _offload() -> ProcessOffload:
    from httpdesk.adapters.offload import ProcessOffload

    return ProcessOffload()


def _finder(offload: Callable[[], ProcessOffload]) -> TextFinder:
    from httpdesk.adapters.body_spool import BodySpool
    from httpdesk.adapters.collection_find import CollectionFind
    from httpdesk.adapters.paths import cache_folder

    return CollectionFind(lambda: BodySpool(_place(cache_folder), memory_limit=0), offload)


def _new_scratch() -> Scratch:
    from httpdesk.adapters.body_spool import BodySpool
    from httpdesk.adapters.paths import cache_folder

    return BodySpool(_place(cache_folder))


def _downloads() -> DownloadFiles:
    from httpdesk.adapters.part_files import LocalDownloads

    return LocalDownloads()


def _save_body(body: BodyHandle, path: str, cancel: CancelToken) -> None:
    from httpdesk.adapters.body_files import save_body

    save_body(body, path, cancel)


def _own_health() -> Iterator[Finding]:
    from httpdesk.adapters.own_health import own_findings
    from httpdesk.adapters.paths import cache_folder, config_folder, data_folder

    return own_findings(_place(config_folder), _place(data_folder), _place(cache_folder))


def _left_overs(folder: str) -> Iterator[Finding]:
    from httpdesk.adapters.own_health import left_overs

    return left_overs(folder)


def cli_ports(database: Callable[[], Database] | None = None) -> CliPorts:
    """Return the world as the command line sees it."""
    from httpdesk.adapters.clock import SystemClock
    from httpdesk.adapters.files import LocalFiles
    from httpdesk.cli.ports import CliPorts
    from httpdesk.gui.ports import Lazy

    used = database or cache(own_database)
    known = Lazy(_known_secrets)
    secrets = cache(lambda: _secrets(used, cache(_chosen_place), known(), _vault_passphrase))
    return CliPorts(
        transport=_transport,
        collections=_collections,
        environments=cache(_environments),
        sample_server=_sample_server,
        clock=SystemClock(),
        files=LocalFiles(),
        uploads=_uploads,
        cookies=_empty_jar,
        settings=_read_settings,
        system_proxies=_system_proxies,
        ask_secret=_ask_secret,
        connections=lambda transport, system: _connections(transport, system, secrets, used),
        downloads=_downloads,
        secrets=secrets,
        history=cache(lambda: _history(cache(lambda: _read_settings()[0]))),
        new_scratch=_new_scratch,
        known_secrets=known,
        hide=lambda text: known().hide(text),
        own_health=_own_health,
        left_overs=_left_overs,
        environ=os.environ,
    )


def window_ports() -> WindowPorts:
    """Return the world as the window sees it; reads the settings file, nothing else."""
    from httpdesk.adapters.clock import SystemClock
    from httpdesk.adapters.paths import config_folder
    from httpdesk.adapters.resource_files import resource_path
    from httpdesk.gui.ports import Lazy, WindowPorts
    from httpdesk.model.secrets import SecretPlace
    from httpdesk.model.settings import Settings

    config = _place(config_folder)
    settings_path = config / "settings.toml"
    settings_file = Lazy(lambda: _settings_file(settings_path))
    database = Lazy(own_database)
    transport, system_proxies = Lazy(_transport), Lazy(_system_proxies)
    sample_server = Lazy(_sample_server)
    found = os.path.exists(settings_path)
    settings = settings_file().load() if found else Settings()
    place, in_force = [settings.secrets], [settings]
    history = Lazy(lambda: _history(lambda: in_force[0]))
    known = Lazy(_known_secrets)
    secrets = Lazy(lambda: _secrets(database, lambda: SecretPlace(place[0]), known()))
    chosen: set[str] = set()
    offload = Lazy(_offload)

    def save_settings(settings: Settings) -> None:
        in_force[0] = settings
        settings_file().save(settings)

    return WindowPorts(
        collections=Lazy(_collections),
        environments=Lazy(_environments),
        drafts=database,
        versions=database,
        history=history,
        cookies=Lazy(lambda: _cookies(database)),
        transport=transport,
        connections=Lazy(
            lambda: _beside_sample(
                _connections(transport(), system_proxies(), secrets, database), sample_server
            )
        ),
        uploads=lambda folder: _uploads(folder, chosen),
        allow_upload=lambda path: chosen.add(os.path.realpath(path)),
        sample_server=sample_server,
        clock=SystemClock(),
        settings=settings,
        settings_read_only=found and settings_file().is_newer,
        save_settings=save_settings,
        secrets=secrets,
        choose_place=lambda chosen: place.__setitem__(0, chosen),
        system_proxies=system_proxies,
        notices=lambda: _notices(settings_file.made, database.made, history.made),
        sample_collection=_sample_collection,
        default_collection=_default_collection(),
        save_body=_save_body,
        downloads=_downloads,
        new_scratch=_new_scratch,
        offload=offload,
        finder=Lazy(lambda: _finder(offload)),
        outside_files=Lazy(_outside_files),
        known_secrets=known,
        hide=lambda text: known().hide(text),
        resources=resource_path(),
        window_state_file=str(config / "window.ini"),
        environ=os.environ,
    )
