"""The form of a connection: groups of fields, of which only those of the kind are shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.gui.connections.form_checks import problems_of, stops_saving
from httpdesk.gui.connections.form_controls import (
    Control,
    CopyLine,
    HeadersControl,
    HostsControl,
    MenuControl,
    PairsControl,
    PathControl,
    PortControl,
    SegmentControl,
    SwitchControl,
    TextControl,
)
from httpdesk.gui.connections.form_issuer import IssuerRow
from httpdesk.gui.connections.form_scopes import ScopesControl
from httpdesk.gui.connections.form_values import (
    OAUTH2,
    Kind,
    Values,
    connection_of,
    default_values,
    kind_of,
    values_of,
)
from httpdesk.gui.connections.form_words import (
    authentications,
    kinds,
    oauth1_placements,
    pkces,
    placements,
    secret_help,
    secret_label,
    signatures,
)
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.flow_layout import FlowLayout
from httpdesk.gui.widgets.form import Form, FormRow
from httpdesk.gui.widgets.kept_secret import KeptSecret
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.auth import secret_names
from httpdesk.model.connection import Connection
from httpdesk.model.oauth import ProviderMetadata

_EVERY = frozenset(Kind)
_OAUTH2 = frozenset(OAUTH2)
_SECRETS: dict[str, frozenset[Kind]] = {
    "key": frozenset({Kind.API_KEY}),
    "token": frozenset({Kind.BEARER}),
    "consumer_secret": frozenset({Kind.OAUTH1}),
    "token_secret": frozenset({Kind.OAUTH1}),
    "secret_access_key": frozenset({Kind.AWS}),
    "session_token": frozenset({Kind.AWS}),
    "client_secret": _OAUTH2,
    "password": frozenset({Kind.BASIC, Kind.DIGEST, Kind.PASSWORD}),
}


class ConnectionForm(QWidget):
    """Fields that keep what was typed while another kind is shown.

    Signals:
        edited: the user changed a field.
        issuerAsked(issuer): what it tells is wanted; answer with `show_provider` or
            `issuer.show_problem`.
    """

    edited = Signal()
    issuerAsked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls: dict[str, Control] = {}
        self.rows: dict[str, FormRow] = {}
        self.secrets: dict[str, KeptSecret] = {}
        self._kinds: dict[str, frozenset[Kind]] = {}
        self._base = Connection("", "")
        self.taken: frozenset[str] = frozenset()
        """The names of other connections, casefolded."""
        self._touched: set[str] = set()
        self._column = QVBoxLayout(self)
        keep_scaled(self._column, spacing=20)
        self.address = Form(self.tr("Address"))
        self.auth = Form()
        self.sending = Form(self.tr("How the token is sent"))
        self.more = Form()
        self.issuer = IssuerRow()
        self.redirect = CopyLine(self.tr("Redirect address"))
        self.more_button = TextButton(self.tr("More options"), kind="flat", icon="chevron-right")
        self._build()
        self._put(default_values())

    # Values

    def show_connection(self, connection: Connection, taken: frozenset[str] = frozenset()) -> None:
        """Show a connection; `taken` are the names of others, casefolded."""
        self._base, self.taken = connection, taken
        self._touched.clear()
        self._put(values_of(connection))
        self._refresh()

    def rebase(self, connection: Connection, taken: frozenset[str]) -> None:
        """Take another connection for the one that is edited; the fields stay."""
        self._base, self.taken = connection, taken
        self._refresh()

    def put_connection(self, connection: Connection) -> None:
        """Fill the fields in as an edit of the connection that is shown."""
        self._put(values_of(connection))
        self._on_edited()

    def values(self) -> Values:
        """Return what the fields hold, those of other kinds among them."""
        return {key: control.value() for key, control in self.controls.items()}

    def connection(self) -> Connection:
        """Return the connection that the fields make."""
        return connection_of(self._base, self.values())

    def problems(self) -> dict[str, str]:
        """Return a sentence for each field whose value can't work."""
        return problems_of(self.values(), self.taken)

    @property
    def can_save(self) -> bool:
        """Whether the values can be a file."""
        return not stops_saving(self.problems())

    @property
    def kind(self) -> Kind:
        """The kind that is chosen."""
        kind: Kind = self.controls["kind"].value()
        return kind

    def show_provider(self, found: ProviderMetadata) -> None:
        """Fill in what an issuer tells of itself; what it does not tell stays."""
        told = {
            "authorization_url": found.authorization_url,
            "token_url": found.token_url,
            "device_url": found.device_url,
            "revocation_url": found.revocation_url,
            "issuer": found.issuer,
        }
        for key, value in told.items():
            if value:
                self.controls[key].put(value)
        self.controls["names_issuer"].put(found.names_issuer)
        self.issuer.show_found(found)
        self._on_edited()

    def set_stacked(self, stacked: bool) -> None:
        """Put the labels above the fields, or before them."""
        for row in self.rows.values():
            row.set_stacked(stacked)

    def show_more(self, shown: bool) -> None:
        """Open or close the options that few need."""
        self.more.setVisible(shown)
        self.more_button.set_icon("chevron-down" if shown else "chevron-right")
        state = self.tr("More options, shown") if shown else self.tr("More options, hidden")
        self.more_button.setAccessibleName(state)

    # Building

    def _build(self) -> None:
        self._build_address()
        self._build_auth()
        self._build_sending()
        self._build_more()
        self._lines = [HLine(), HLine()]
        parts = (self.address, self._lines[0], self._auth_part(), self._lines[1], self.sending)
        for part in parts:
            self._column.addWidget(part)
        self._column.addWidget(self.more_button)
        self._column.addWidget(self.more)
        self._column.addStretch(1)
        self.more_button.clicked.connect(lambda: self.show_more(self.more.isHidden()))
        self.issuer.asked.connect(self.issuerAsked)
        self.show_more(False)

    def _auth_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        keep_scaled(column, spacing=10)
        column.addWidget(self.issuer)
        column.addWidget(self.auth)
        return part

    def _build_address(self) -> None:
        tr, add = self.tr, self._add
        address = self.address
        add(address, "name", tr("Name"), TextControl(tr("Name"), mono=False))
        url = TextControl(tr("Base URL"), "https://api.example.com")
        add(address, "base_url", tr("Base URL"), url, tr("Requests that use this start here."))
        hosts = HostsControl(tr("Allowed hosts"), "api.example.com, *.example.com")
        words = tr("The credential goes to these only; empty for the base URL's host alone.")
        add(address, "allowed_hosts", tr("Allowed hosts"), hosts, words)

    def _build_auth(self) -> None:
        tr = self.tr
        self._add(self.auth, "kind", tr("Type"), MenuControl(tr("Type"), kinds()))
        self._build_key()
        self._line("username", tr("User name"), Kind.BASIC, Kind.DIGEST, Kind.PASSWORD)
        self._line("oauth1_consumer_key", tr("Consumer key"), Kind.OAUTH1)
        self._secret("consumer_secret")
        self._line("oauth1_token", tr("Token"), Kind.OAUTH1)
        self._secret("token_secret")
        signature = MenuControl(tr("Signature"), signatures())
        self._add(self.auth, "oauth1_signature", tr("Signature"), signature, "", Kind.OAUTH1)
        place = SegmentControl(tr("Sent in"), oauth1_placements())
        self._add(self.auth, "oauth1_placement", tr("Sent in"), place, "", Kind.OAUTH1)
        self._line("oauth1_realm", tr("Realm"), Kind.OAUTH1)
        self._line("aws_access_key_id", tr("Access key ID"), Kind.AWS)
        self._secret("secret_access_key")
        self._secret("session_token")
        self._line("aws_region", tr("Region"), Kind.AWS, hint="eu-central-1")
        self._line("aws_service", tr("Service"), Kind.AWS, hint="execute-api")
        self._build_oauth()

    def _build_key(self) -> None:
        tr, kind = self.tr, Kind.API_KEY
        place = SegmentControl(tr("Sent in"), placements())
        self._add(self.auth, "key_placement", tr("Sent in"), place, "", kind)
        self._line("key_name", tr("Name of it"), kind, help_=tr("Of the header or parameter."))
        words = tr("A word before the key, such as Bearer; empty for the key alone.")
        self._line("key_prefix", tr("Prefix"), kind, help_=words)
        self._secret("key")
        encodes = SwitchControl(tr("Send the key in base64"))
        self._add(self.auth, "key_encodes", "", encodes, "", kind)
        self._secret("token")

    def _build_oauth(self) -> None:
        tr = self.tr
        self._line("authorization_url", tr("Authorization URL"), Kind.CODE)
        words = tr("Tells the code and the address where you type it (RFC 8628).")
        self._line("device_url", tr("Device URL"), Kind.DEVICE, help_=words)
        self._line("token_url", tr("Token URL"), *OAUTH2)
        self._line("client_id", tr("Client ID"), *OAUTH2)
        self._secret("client_secret")
        self._secret("password")
        scopes = ScopesControl(tr("Scopes"))
        self._add(self.auth, "scope", tr("Scopes"), scopes, "", *OAUTH2)
        pkce = SegmentControl(tr("PKCE"), pkces())
        self._add(self.auth, "pkce", tr("PKCE"), pkce, "", Kind.CODE)
        self.rows["redirect"] = self.auth.add_row(tr("Redirect address"), self.redirect, " ")
        self._kinds["redirect"] = frozenset({Kind.CODE})
        port = PortControl(tr("Port of the redirect address"))
        self._add(self.auth, "redirect_port", tr("Port"), port, "", Kind.CODE)

    def _build_sending(self) -> None:
        tr = self.tr
        self.controls["token_placement"] = place = SegmentControl(tr("Send as"), placements())
        self.controls["token_name"] = name = TextControl(tr("Name of header"), width=124)
        self.controls["token_prefix"] = prefix = TextControl(tr("Prefix of the token"), width=84)
        holder = QWidget()
        row = FlowLayout(8)
        holder.setLayout(row)
        for control in (place, name, prefix):
            row.addWidget(control)
            control.edited.connect(self._on_edited)
        holder.setFocusProxy(place)
        self.rows["sending"] = self.sending.add_row(tr("Send as"), holder)

    def _build_more(self) -> None:
        tr, add, more = self.tr, self._add, self.more
        self._build_more_oauth()
        headers = HeadersControl(tr("Default headers"), ":", "Accept: application/json")
        words = tr("Sent with every request of the connection, unless it has them itself.")
        add(more, "headers", tr("Default headers"), headers, words)
        proxy = TextControl(tr("Proxy"), "http://proxy.example:8080")
        words = tr("Empty for the one of the settings, none for no proxy.")
        add(more, "proxy", tr("Proxy"), proxy, words)
        ca_file = PathControl(tr("CA file"))
        words = tr("Authorities that are trusted instead of the system's.")
        add(more, "ca_file", tr("CA file"), ca_file, words)
        certificate = PathControl(tr("Client certificate"))
        add(more, "certificate", tr("Client certificate"), certificate)
        words = tr("Only when it is not in the certificate's file.")
        add(more, "key", tr("Key"), PathControl(tr("Key")), words)

    def _build_more_oauth(self) -> None:
        tr, add, more = self.tr, self._add, self.more
        client = SegmentControl(tr("Client authentication"), authentications())
        words = tr("How client ID and secret reach the token URL.")
        add(more, "authentication", tr("Client authentication"), client, words, *OAUTH2)
        refresh = TextControl(tr("Refresh URL"))
        words = tr("Where tokens are renewed; empty for the token URL.")
        add(more, "refresh_url", tr("Refresh URL"), refresh, words, *OAUTH2)
        revocation = TextControl(tr("Revocation URL"))
        words = tr("Where Disconnect gives the token back.")
        add(more, "revocation_url", tr("Revocation URL"), revocation, words, *OAUTH2)
        issuer = TextControl(tr("Issuer"))
        words = tr("Answers of another one are refused.")
        add(more, "issuer", tr("Issuer"), issuer, words, Kind.CODE)
        names = SwitchControl(tr("The provider's answers name the issuer"))
        add(more, "names_issuer", "", names, "", Kind.CODE)
        at_login = PairsControl(tr("Login parameters"), "=", "audience=https://api.example.com")
        words = tr("Added to the authorization URL, one on a line.")
        add(more, "authorization_params", tr("Login parameters"), at_login, words, Kind.CODE)
        at_token = PairsControl(tr("Token parameters"), "=", "audience=https://api.example.com")
        words = tr("Added to the calls of the token URL, one on a line.")
        add(more, "token_params", tr("Token parameters"), at_token, words, *OAUTH2)
        extra = PairsControl(tr("Token headers"), ":", "X-Tenant: 42")
        words = tr("Headers of the calls of the token URL, one on a line.")
        add(more, "token_headers", tr("Token headers"), extra, words, *OAUTH2)
        http = SwitchControl(tr("Allow http to other computers"))
        words = tr("Anybody on the way can read tokens then.")
        add(more, "allows_http", "", http, words, *OAUTH2)

    def _line(self, key: str, label: str, *own: Kind, hint: str = "", help_: str = "") -> None:
        self._add(self.auth, key, label, TextControl(label, hint), help_, *own)

    def _add(
        self, form: Form, key: str, label: str, control: QWidget, help_: str = "", *own: Kind
    ) -> None:
        self.controls[key] = control  # type: ignore[assignment]
        self.rows[key] = form.add_row(label, control, help_)
        self._kinds[key] = frozenset(own) or _EVERY
        self.controls[key].edited.connect(lambda: self._on_edited(key))

    def _secret(self, name: str) -> None:
        label = secret_label(name)
        self.secrets[name] = field = KeptSecret(label)
        self.rows[f"secret {name}"] = self.auth.add_row(label, field, secret_help())
        self._kinds[f"secret {name}"] = _SECRETS[name]

    # Following

    def _put(self, values: Values) -> None:
        for key, value in values.items():
            if key in self.controls:
                self.controls[key].put(value)

    def _on_edited(self, key: str = "") -> None:
        self._touched.add(key)
        self._refresh()
        self.edited.emit()

    def _refresh(self) -> None:
        kind, values = self.kind, self.values()
        problems = problems_of(values, self.taken)
        for key, row in self.rows.items():
            row.setVisible(kind in self._kinds.get(key, _OAUTH2))
            # Fields of a kind that was just chosen are empty: that is no mistake yet.
            told = values.get(key) or key in self._touched or kind is kind_of(self._base.auth)
            row.set_problem(problems.get(key, "") if told else "")
        is_oauth2 = kind in _OAUTH2
        self.issuer.set_offered(is_oauth2)
        self.sending.setVisible(is_oauth2)
        self._lines[1].setVisible(is_oauth2)
        self._show_redirect(values["redirect_port"])

    def _show_redirect(self, port: int) -> None:
        auth = values_of(self._base).get("redirect_path", "/callback")
        place = f"127.0.0.1:{port}" if port else "127.0.0.1"
        self.redirect.line.setText(f"http://{place}{auth}")
        only = self.tr("It only accepts connections from this computer.")
        fixed = self.tr("Register this address with the provider.")
        free = self.tr("Register this address; the port is another one at each login.")
        self.rows["redirect"].set_help(f"{fixed if port else free} {only}")

    def secret_names(self) -> tuple[str, ...]:
        """Return the names of the secrets that the chosen kind can use."""
        return secret_names(self.connection().auth)
