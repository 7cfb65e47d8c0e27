"""The page of a connection: what is typed is what is saved, and what is wrong is said there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui.connections.form_values import Kind
from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.widgets.reading_order import next_stop
from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    AwsV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    Grant,
    NoAuth,
    OAuth1Auth,
    OAuth1Signature,
    OAuth2Auth,
    Placement,
    SignaturePlacement,
)
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionStatus, Standing, TokenFacts
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.oauth import ClientAuthentication, Pkce, ProviderMetadata
from httpdesk.model.request import Header
from httpdesk.model.sign_in import SignInStep, StepKind
from tests.gui.gallery import RESOURCES

NOW = datetime(2026, 3, 1, 14, 25, tzinfo=UTC).timestamp()
OAUTH2 = OAuth2Auth(
    authorization_url="https://login.example.com/authorize",
    token_url="https://login.example.com/token",
    client_id="desk",
    scope="read write",
)
FULL_OAUTH2 = replace(
    OAUTH2,
    refresh_url="https://login.example.com/refresh",
    authentication=ClientAuthentication.BODY,
    pkce=Pkce.PLAIN,
    token_headers=(("X-Tenant", "42"),),
    redirect_port=8765,
    redirect_path="/back",
    issuer="https://login.example.com",
    names_issuer=True,
    allows_http=True,
    device_url="https://login.example.com/device",
    revocation_url="https://login.example.com/revoke",
    username="dana",
    authorization_params=(("audience", "api"), ("prompt", "login")),
    token_params=(("audience", "api"),),
    token_name="access_token",
    token_prefix="",
    token_placement=Placement.QUERY,
)
KINDS: dict[str, Auth] = {
    "none": NoAuth(),
    "api key": ApiKeyAuth("X-Key", "Token", Placement.QUERY, encodes=True),
    "basic": BasicAuth("dana"),
    "bearer": BearerAuth(),
    "digest": DigestAuth("dana"),
    "oauth1": OAuth1Auth("ck", "tk", OAuth1Signature.RSA_SHA256, SignaturePlacement.BODY, "realm"),
    "aws": AwsV4Auth("AKID", "eu-central-1", "execute-api"),
    **{grant.name: replace(FULL_OAUTH2, grant=grant) for grant in Grant},
}


def connection(auth: Auth, **other: object) -> Connection:
    made = Connection("id-1", "Shop", "https://api.example.com", auth)
    return replace(made, **other)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pages() -> Iterator[list[ConnectionPage]]:
    """One page for all tests: it shows any connection, one after the other."""
    made: list[ConnectionPage] = []
    yield made
    for page in made:
        page.deleteLater()


@pytest.fixture
def page(pages: list[ConnectionPage], qtbot: QtBot) -> Iterator[ConnectionPage]:
    if not pages:
        pages.append(ConnectionPage())
    page = pages[0]
    page.resize(1180, 900)
    page.form.show_more(False)
    page.show()
    yield page
    page.hide()


def type_into(page: ConnectionPage, key: str, text: str) -> None:
    line = page.form.controls[key]
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def choose(page: ConnectionPage, kind: Kind) -> None:
    """Choose the type by the keys that a user has: its place in the menu."""
    menu = page.form.controls["kind"]
    QTest.keyClick(menu, Qt.Key.Key_Home)  # type: ignore[call-overload]
    for _ in range(list(Kind).index(kind)):
        QTest.keyClick(menu, Qt.Key.Key_Down)  # type: ignore[call-overload]


@pytest.mark.parametrize("auth", KINDS.values(), ids=KINDS)
def test_a_connection_that_is_shown_is_the_one_that_is_saved(
    page: ConnectionPage, auth: Auth
) -> None:
    full = connection(
        auth,
        allowed_hosts=("api.example.com", "*.example.com"),
        headers=(Header("Accept", "text/plain"), Header("X-Off", "1", enabled=False)),
        ca_file="/certificates/ca.pem",
        certificate="/tmp/me.pem",
        key="/tmp/me.key",
        proxy="http://proxy.example.com:8080",
    )
    page.show_connection(full)
    assert page.form.connection() == full
    assert not page.is_edited
    assert not page.save_button.isEnabled()


@pytest.mark.parametrize("auth", KINDS.values(), ids=KINDS)
def test_only_the_fields_of_the_kind_are_shown(page: ConnectionPage, auth: Auth) -> None:
    page.show_connection(connection(auth))
    names = {name for name, field in page.form.secrets.items() if field.isVisibleTo(page)}
    assert names == set(page.form.secret_names())
    assert page.form.sending.isVisibleTo(page) == isinstance(auth, OAuth2Auth)


def test_switching_the_kind_keeps_what_was_typed(page: ConnectionPage) -> None:
    page.show_connection(connection(BasicAuth()))
    type_into(page, "username", "dana")
    choose(page, Kind.CODE)
    type_into(page, "token_url", "https://login.example.com/token")
    choose(page, Kind.NONE)
    assert page.form.connection().auth == NoAuth()
    choose(page, Kind.BASIC)
    assert page.form.connection().auth == BasicAuth("dana")
    choose(page, Kind.CLIENT)
    auth = page.form.connection().auth
    assert isinstance(auth, OAuth2Auth)
    assert auth.token_url == "https://login.example.com/token"
    assert auth.grant is Grant.CLIENT_CREDENTIALS


@pytest.mark.parametrize(
    ("key", "auth", "text", "words"),
    [
        ("name", NoAuth(), "", "needs a name"),
        ("name", NoAuth(), "taken", "has this name"),
        ("base_url", NoAuth(), "api.example.com", "no http or https URL"),
        ("allowed_hosts", NoAuth(), "https://x/", "is no host"),
        ("proxy", NoAuth(), "ftp://proxy", ""),
        ("username", BasicAuth(), "da:na", "colon"),
        ("client_id", OAUTH2, "", "needed"),
        ("token_url", OAUTH2, "login", "no https URL"),
        ("token_url", OAUTH2, "http://login.example.com/token", "More options can allow it"),
        ("oauth1_consumer_key", OAuth1Auth("x"), "", "needed"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    page: ConnectionPage, key: str, auth: Auth, text: str, words: str
) -> None:
    """Statement 36 for http to another computer."""
    page.show_connection(connection(auth), frozenset({"taken"}))
    assert page.form.rows[key].problem == ""
    type_into(page, key, text)
    problem = page.form.rows[key].problem
    assert problem
    assert words in problem
    assert page.form.rows[key].hint.text() == problem
    assert page.save_button.isEnabled() == (key != "name")


def test_http_is_fine_on_this_computer_and_where_it_is_allowed(page: ConnectionPage) -> None:
    """Statement 36."""
    page.show_connection(connection(OAUTH2))
    type_into(page, "token_url", "http://127.0.0.1:9000/token")
    assert page.form.rows["token_url"].problem == ""
    type_into(page, "token_url", "http://login.example.com/token")
    assert page.form.rows["token_url"].problem
    page.form.show_more(True)
    QTest.keyClick(page.form.controls["allows_http"], Qt.Key.Key_Space)  # type: ignore[call-overload]
    assert page.form.rows["token_url"].problem == ""


def test_the_redirect_address_has_the_port(page: ConnectionPage) -> None:
    page.show_connection(connection(FULL_OAUTH2))
    assert page.form.redirect.line.text() == "http://127.0.0.1:8765/back"
    page.show_connection(connection(OAUTH2))
    assert page.form.redirect.line.text() == "http://127.0.0.1/callback"


def test_an_issuer_fills_in_what_it_tells(page: ConnectionPage, qtbot: QtBot) -> None:
    page.show_connection(connection(OAuth2Auth(token_url="https://old.example.com/token")))
    page.form.issuer.open()
    QTest.keyClicks(page.form.issuer.line, "https://login.example.com")
    with qtbot.waitSignal(page.form.issuerAsked) as asked:
        QTest.keyClick(page.form.issuer.line, Qt.Key.Key_Return)
    assert asked.args == ["https://login.example.com"]
    page.form.show_provider(
        ProviderMetadata(
            "https://login.example.com",
            authorization_url="https://login.example.com/authorize",
            token_url="https://login.example.com/token",
            scopes=("openid",),
            names_issuer=True,
        )
    )
    auth = page.form.connection().auth
    assert isinstance(auth, OAuth2Auth)
    assert auth.authorization_url == "https://login.example.com/authorize"
    assert auth.token_url == "https://login.example.com/token"
    assert auth.names_issuer
    assert "openid" in page.form.issuer.told.text()
    assert page.save_button.isEnabled()


def test_an_issuer_without_s256_is_told_of(page: ConnectionPage) -> None:
    """Rule R3, 3 of security.md: S256 stays until the user chooses something else."""
    page.show_connection(connection(OAUTH2))
    page.form.show_provider(ProviderMetadata("https://login.example.com", lacks_s256=True))
    told = page.form.issuer.told.text()
    assert "does not offer S256 for PKCE, so a login there is weaker" in told
    assert "choose Plain or Off below" in told
    auth = page.form.connection().auth
    assert isinstance(auth, OAuth2Auth)
    assert auth.pkce is Pkce.S256


# The rail

FACTS = TokenFacts(NOW - 480, NOW + 52 * 60 + 5, True, "read", "read write", "dana@example.com")
STEPS = (
    SignInStep(StepKind.OPENED_BROWSER, datetime.fromtimestamp(NOW - 8, UTC)),
    SignInStep(StepKind.GOT_TOKEN, datetime.fromtimestamp(NOW, UTC), 212.0),
)
REFUSED = SignInFailed(
    reason=SignInReason.PROVIDER_ERROR, error="access_denied", description="<b>No</b>"
)


@pytest.mark.parametrize(
    ("standing", "title", "buttons"),
    [
        (Standing.READY, "Ready", []),
        (Standing.SECRET_MISSING, "Secret missing", []),
        (Standing.NOT_CONNECTED, "Not connected", ["connect"]),
        (Standing.BY_ITSELF, "Connects when used", ["connect"]),
        (Standing.WAITING, "Continue in your browser", ["cancel"]),
        (Standing.CONNECTED, "Connected", ["refresh", "disconnect"]),
        (Standing.EXPIRING, "Expires soon", ["refresh", "disconnect"]),
        (Standing.EXPIRED, "Expired", ["connect", "disconnect"]),
        (Standing.REFRESHING, "Refreshing", ["cancel"]),
        (Standing.FAILED, "Failed", ["connect"]),
        (Standing.LOCKED, "The system keyring is locked", ["unlock"]),
    ],
)
def test_each_state_has_its_card(
    page: ConnectionPage, standing: Standing, title: str, buttons: list[str]
) -> None:
    page.show_connection(connection(OAUTH2))
    page.show_status(ConnectionStatus(standing, FACTS, steps=STEPS), NOW)
    card = page.rail.status
    assert card.title.text() == title
    assert card.dot.accessibleName() == title
    assert sorted(card.shown()) == sorted(buttons)


def test_a_token_tells_its_time_its_account_and_its_scopes(page: ConnectionPage) -> None:
    page.show_connection(connection(OAUTH2))
    page.show_status(ConnectionStatus(Standing.CONNECTED, FACTS, steps=STEPS), NOW)
    card = page.rail.status
    assert card.left.text() == "52 min left"
    assert card.account.text() == "as dana@example.com"
    assert card.expires.text().startswith("Expires ")
    assert card.refreshes.text().startswith("Refreshes itself at ")
    words = [label.text() for label in page.rail.scopes.findChildren(type(card.left))]
    assert "Not granted: write" in words
    assert "Everything you asked for" not in words


def test_a_refusal_is_told_in_the_providers_words_as_text(page: ConnectionPage) -> None:
    page.show_connection(connection(OAUTH2))
    page.show_status(ConnectionStatus(Standing.FAILED, error=REFUSED, steps=STEPS), NOW)
    card = page.rail.status
    assert "access_denied: <b>No</b>" in card.text.text()
    assert card.text.textFormat() is Qt.TextFormat.PlainText
    assert card.buttons["connect"].text() == "Connect again"


def test_waiting_shows_the_code_of_a_device_and_copies_its_link(
    page: ConnectionPage, qtbot: QtBot
) -> None:
    step = SignInStep(
        StepKind.SHOWED_CODE,
        datetime.now(UTC),
        url="https://login.example.com/device",
        user_code="WDJB-MJHT",
        seconds=300,
    )
    page.show_connection(connection(replace(OAUTH2, grant=Grant.DEVICE_CODE)))
    page.show_status(ConnectionStatus(Standing.WAITING, steps=(step,)), NOW)
    card = page.rail.status
    assert card.code.text() == "WDJB-MJHT"
    where, left = card.text.text().split("\n")
    assert where == "https://login.example.com/device"
    assert left in ("5:00 left", "4:59 left")
    QTest.keyClick(card.buttons["copy"], Qt.Key.Key_Return)
    assert QApplication.clipboard().text() == "https://login.example.com/device"


def test_the_step_that_failed_is_marked_and_the_log_tells_all_but_secrets(
    page: ConnectionPage,
) -> None:
    """ui.md 3.8: "failed step marked. Connect again, View log"."""
    error = replace(REFUSED, status_code=400, url="https://login.example.com/token")
    page.show_connection(connection(OAUTH2))
    status = ConnectionStatus(Standing.FAILED, error=error, steps=STEPS[:1], stopped=True)
    page.show_status(status, NOW)
    QApplication.processEvents()
    card, steps = page.rail.status, page.rail.steps
    assert sorted(card.shown()) == ["connect", "log"]
    words = [label.text() for label in steps.findChildren(type(card.left)) if not label.isHidden()]
    assert "Opened the browser" in words
    assert "No code came back" in words
    assert steps.log.isHidden()
    QTest.keyClick(card.buttons["log"], Qt.Key.Key_Return)
    assert not steps.log.isHidden()
    lines = steps.log.text().split("\n")
    assert lines[1].endswith("Opened the browser")
    assert {"Error: access_denied", "Description: <b>No</b>", "Status: 400"} <= set(lines)
    assert "Asked: https://login.example.com/token" in lines
    QTest.keyClick(steps.log_button, Qt.Key.Key_Return)
    assert steps.log.isHidden()


def test_a_failure_of_a_send_marks_no_step_of_the_last_login(page: ConnectionPage) -> None:
    page.show_connection(connection(OAUTH2))
    page.show_status(ConnectionStatus(Standing.FAILED, error=REFUSED, steps=STEPS), NOW)
    words = [label.text() for label in page.rail.steps.findChildren(type(page.rail.status.left))]
    assert "Exchanged it for tokens" in words
    assert "The token was not saved" not in words
    assert page.rail.status.shown() == ["connect"]


def test_a_renewal_by_a_send_cannot_be_cancelled_here(page: ConnectionPage) -> None:
    page.show_connection(connection(OAUTH2))
    page.show_status(ConnectionStatus(Standing.REFRESHING, FACTS, by_send=True), NOW)
    assert page.rail.status.title.text() == "Refreshing"
    assert page.rail.status.shown() == []


def test_how_it_stands_comes_before_the_form_where_there_is_no_room_beside(
    page: ConnectionPage,
) -> None:
    page.show_connection(connection(OAUTH2))
    page.show_status(ConnectionStatus(Standing.NOT_CONNECTED), NOW)
    page.resize(760, 700)
    QTest.qWait(0)
    card = page.rail.status
    assert card.geometry().bottom() < page.form.geometry().top()
    assert page.rail.y() > page.form.geometry().bottom()
    page.resize(1180, 700)
    QTest.qWait(0)
    assert card.parentWidget() is page.rail
    assert card.y() == 0
    assert page.rail.x() > page.form.geometry().right()


def test_everything_is_reached_by_tab_in_reading_order(page: ConnectionPage) -> None:
    page.show_connection(connection(OAUTH2))
    page.show_status(ConnectionStatus(Standing.NOT_CONNECTED), NOW)
    first = page.form.controls["name"]
    assert isinstance(first, QWidget)
    reached: list[QWidget | None] = [first]
    while (stop := next_stop(page, reached[-1], True)) not in reached:
        reached.append(stop)
    for wanted in (
        page.form.controls["base_url"],
        page.form.controls["kind"],
        page.form.issuer.open_button,
        page.form.redirect.copy,
        page.form.more_button,
        page.rail.status.buttons["connect"],
        page.test_button,
        page.more_button,
    ):
        assert wanted in reached


def test_nothing_is_cut_off_at_the_right_at_200_percent(
    page: ConnectionPage, qapp: QApplication
) -> None:
    """ui.md section 8: the page has no scroll bar across."""
    manager = ThemeManager(RESOURCES)
    manager.set_text_scale(2.0)
    manager.apply(qapp, "light")
    page.show_connection(connection(FULL_OAUTH2))
    page.form.show_more(True)
    page.show_status(ConnectionStatus(Standing.CONNECTED, FACTS, steps=STEPS), NOW)
    content = page.area.widget()
    assert content is not None
    # The narrowest is that of a window of 1024.
    for width in (1000, 737):
        page.resize(width, 700)
        QApplication.processEvents()
        assert content.minimumSizeHint().width() <= page.area.viewport().width()
        assert page.test_button.width() >= page.test_button.sizeHint().width()
    manager.deleteLater()
