"""A request and its scope become the exact lines and bytes of a send."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import httpdesk
from httpdesk.engine.resolve import Means, preview, resolve
from httpdesk.model.collection import RequestDefaults, Scope
from httpdesk.model.errors import (
    HeaderReason,
    InvalidHeader,
    InvalidMethod,
    InvalidOption,
    InvalidRequest,
    InvalidUrl,
    UnknownVariables,
    UnsupportedBody,
    UrlPart,
)
from httpdesk.model.exchange import Origin, ResolvedRequest, WarningKind
from httpdesk.model.request import (
    STANDARD_METHODS,
    Body,
    FormBody,
    FormField,
    Header,
    NoBody,
    OpaqueBody,
    Options,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    ResponseType,
)

URL = "http://h/a"
FORM = FormBody((FormField("a", "1"),))


def values_of(resolved: ResolvedRequest, name: str) -> list[str]:
    """Return the values of every line called `name`, whatever its case."""
    return [value for key, value in resolved.header_pairs() if key.lower() == name.lower()]


def refused(request: Request) -> InvalidRequest:
    """Return what `resolve` raises, which is the first problem of the preview too."""
    with pytest.raises(InvalidRequest) as caught:
        resolve(request)
    first = preview(request).problems[0]
    assert (type(first), vars(first)) == (type(caught.value), vars(caught.value))
    return caught.value


def scope(**values: str) -> Scope:
    return Scope((("environment", tuple(values.items())),))


def warnings_of(request: Request) -> list[tuple[WarningKind, str, int | None]]:
    return [(each.kind, each.subject, each.row) for each in resolve(request).warnings]


# URL, path, query


def test_own_query_comes_first_then_enabled_rows_in_order() -> None:
    """Statements 1, 2 and 3."""
    rows = (
        QueryParam("t", "a"),
        QueryParam("t", "b"),
        QueryParam("off", "x", enabled=False),
        QueryParam("k", ""),
        QueryParam("v", "x y&é"),
    )
    resolved = resolve(Request(url="http://h/a?x=1#f", params=rows))
    assert resolved.url.target == "/a?x=1&t=a&t=b&k=&v=x+y%26%C3%A9"


def test_the_preview_shows_the_encoded_url() -> None:
    """Statement 4."""
    shown = preview(Request(url=URL, params=(QueryParam("v", "x y&é"),)))
    assert shown.url == shown.url_display == "http://h/a?v=x+y%26%C3%A9"


def test_a_query_row_without_a_name_is_flagged_and_not_sent() -> None:
    """Statement 3; a row that is wholly blank is not worth a word."""
    request = Request(
        url=URL, params=(QueryParam("", ""), QueryParam("", "x"), QueryParam("b", ""))
    )
    assert resolve(request).url.target == "/a?b="
    assert warnings_of(request) == [(WarningKind.EMPTY_QUERY_KEY, "", 1)]


def test_the_fragment_is_left_out_with_a_word() -> None:
    """Statement 1."""
    assert warnings_of(Request(url="http://h/#part")) == [
        (WarningKind.FRAGMENT_NOT_SENT, "#part", None)
    ]


def test_the_assumed_scheme_is_visible() -> None:
    """Statement 8: typed like in a browser's bar, shown before it is sent."""
    request = Request(url="localhost:8080/x")
    assert preview(request).url == "http://localhost:8080/x"
    assert warnings_of(request) == [(WarningKind.SCHEME_ASSUMED, "http", None)]


def test_host_header_and_preview_of_an_international_name() -> None:
    """Statement 9."""
    request = Request(url="http://bücher.example:8080/")
    assert values_of(resolve(request), "Host") == ["xn--bcher-kva.example:8080"]
    shown = preview(request)
    assert shown.url == "http://xn--bcher-kva.example:8080/"
    assert shown.url_display == "http://bücher.example:8080/"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://h/", "h"),
        ("http://h:80/", "h:80"),
        ("http://h:8080/", "h:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://[::1]/", "[::1]"),
    ],
)
def test_the_host_header_has_the_port_that_was_typed(url: str, host: str) -> None:
    """RFC 9110 section 7.2."""
    assert values_of(resolve(Request(url=url)), "Host") == [host]


def test_path_params_fill_whole_segments_encoded() -> None:
    """Statement 84."""
    params = (PathParam("id", "a/b"), PathParam("unused", "{{nothing}}"), PathParam("empty", ""))
    request = Request(url="http://h/:id/{id}/:empty?x=:id", path_params=params)
    assert resolve(request).url.target == "/a%2Fb/a%2Fb/:empty?x=:id"


@pytest.mark.parametrize(
    ("url", "part", "position"),
    [
        ("", UrlPart.URL, 0),
        ("{{scheme}}://h", UrlPart.SCHEME, 0),
        ("http://{{host}}/x", UrlPart.HOST, 7),
        ("http://{{ok}}:{{ok}}x99999/", UrlPart.PORT, 14),
        ("http://{{ok}}:99999/", UrlPart.PORT, 14),
    ],
)
def test_a_bad_url_is_placed_in_the_text_as_typed(url: str, part: UrlPart, position: int) -> None:
    """Statement 8: the mark stands under what was typed, not under what was filled in."""
    variables = (("scheme", "gopher"), ("host", "a b"), ("ok", "example"))
    error = refused(Request(url=url, variables=variables))
    assert isinstance(error, InvalidUrl)
    assert (error.part, error.position) == (part, position)


# Variables


def test_variables_are_filled_in_everywhere() -> None:
    """Statement 82."""
    request = Request(
        url="{{base}}/{{v}}/:id",
        params=(QueryParam("q{{v}}", "{{v}} {{v}}"),),
        path_params=(PathParam("id", "{{v}}/"),),
        headers=(Header("X-{{v}}", "<{{v}}>"),),
        body=RawBody(RawKind.TEXT, "{{v}}"),
    )
    resolved = resolve(request, Means(scope=scope(base="http://h:1", v="w")))
    assert str(resolved.url) == "http://h:1/w/w%2F?qw=w+w"
    assert values_of(resolved, "X-w") == ["<w>"]
    assert resolved.body == b"w"
    form = replace(request, body=FormBody((FormField("{{v}}", "{{v}}&"),)))
    assert resolve(form, Means(scope=scope(base="http://h:1", v="w"))).body == b"w=w%26"


def test_inner_levels_win_and_the_running_program_over_all() -> None:
    levels = Scope(
        (
            ("collection", (("a", "collection"), ("b", "collection"), ("c", "collection"))),
            ("runtime", (("c", "runtime"),)),
            ("folder", (("a", "folder"),)),
        )
    )
    request = Request(url="http://h/{{a}}/{{b}}/{{c}}", variables=(("b", "own"), ("c", "own")))
    assert resolve(request, Means(scope=levels)).url.target == "/folder/own/runtime"


def test_unknown_names_of_all_fields_are_one_error_and_come_first() -> None:
    """Statement 83: all are listed, with field and position; rows that are off do not count."""
    request = Request(
        method="G T",
        url="{{base}}/x",
        params=(QueryParam("a", "{{p}}"), QueryParam("b", "{{off}}", enabled=False)),
        path_params=(PathParam("id", "{{pp}}"),),
        headers=(Header("X", "é {{h}}"), Header("Y", "{{off}}", enabled=False)),
        body=RawBody(RawKind.JSON, '{"a": {{j}}}'),
    )
    error = refused(request)
    assert isinstance(error, UnknownVariables)
    assert [(place.name, place.field, place.position) for place in error.places] == [
        ("base", "url", 0),
        ("p", "param 1", 0),
        ("pp", "path param 1", 0),
        ("j", "body", 6),
        ("h", "header 1", 2),
    ]
    kinds = [type(problem) for problem in preview(request).problems]
    assert kinds == [UnknownVariables, InvalidMethod]


def test_an_unknown_name_in_the_url_is_not_also_a_bad_host() -> None:
    shown = preview(Request(url="{{base}}/x"))
    assert [type(problem) for problem in shown.problems] == [UnknownVariables]
    assert shown.url == "{{base}}/x"


# Methods


@pytest.mark.parametrize("method", [*STANDARD_METHODS, "get", "PROPFIND", "M-SEARCH", "x!#$"])
def test_methods_keep_the_case_that_was_typed(method: str) -> None:
    assert resolve(Request(method=f" {method} ", url=URL)).method == method


@pytest.mark.parametrize("method", ["", " ", "GE T", "GET\r\nX", "GÉT", "GET/", "{{m}}"])
def test_a_method_that_is_no_token_is_refused(method: str) -> None:
    """RFC 9110 section 9.1; security.md 3."""
    assert isinstance(refused(Request(method=method, url=URL)), InvalidMethod)


# Headers


def test_host_first_then_rows_in_order_then_automatic_ones() -> None:
    rows = (Header("X-B", "2"), Header("x-a", "1"), Header("off", "x", enabled=False))
    resolved = resolve(Request(url=URL, headers=rows))
    assert resolved.header_pairs() == (
        ("Host", "h"),
        ("X-B", "2"),
        ("x-a", "1"),
        ("User-Agent", f"HTTPDesk/{httpdesk.__version__}"),
        ("Accept", "application/json, text/plain, */*"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Connection", "keep-alive"),
    )
    assert [header.row for header in resolved.headers[1:3]] == [0, 1]
    assert [header.origin for header in resolved.headers[:2]] == [Origin.URL, Origin.REQUEST]


@pytest.mark.parametrize(
    ("kind", "accept"),
    [
        (ResponseType.JSON, "application/json, text/plain, */*"),
        (ResponseType.TEXT, "text/*, */*"),
        (ResponseType.BINARY, "*/*"),
        (ResponseType.AUTO, "*/*"),
    ],
)
def test_accept_follows_the_response_type(kind: ResponseType, accept: str) -> None:
    """Statement 20."""
    options = Options(response_type=kind)
    assert values_of(resolve(Request(url=URL, options=options)), "Accept") == [accept]
    own = Request(url=URL, options=options, headers=(Header("accept", "image/png"),))
    assert values_of(resolve(own), "Accept") == ["image/png"]


def test_a_row_replaces_the_automatic_header_and_the_preview_says_so() -> None:
    """Statement 20: `HTTPDesk/<version>` unless set, whatever the case of the name."""
    request = Request(url=URL, headers=(Header("user-agent", "mine"), Header("HOST", "other:9")))
    resolved = resolve(request)
    assert values_of(resolved, "User-Agent") == ["mine"]
    assert resolved.header_pairs()[0] == ("HOST", "other:9")
    shown = preview(request)
    assert [header.name for header in shown.overridden] == ["Host", "User-Agent"]
    assert [header.name for header in shown.automatic] == [
        "Accept",
        "Accept-Encoding",
        "Connection",
    ]
    assert shown.headers == resolved.headers


def test_repeated_names_are_joined_with_a_warning() -> None:
    """Statement 19: `, ` for all, `; ` for Cookie."""
    rows = (
        Header("X", "a"),
        Header("cookie", "a=1"),
        Header("x", "b, c"),
        Header("X", "off", enabled=False),
        Header("Cookie", "b=2"),
    )
    request = Request(url=URL, headers=rows)
    resolved = resolve(request)
    assert values_of(resolved, "x") == ["a, b, c"]
    assert values_of(resolved, "cookie") == ["a=1; b=2"]
    assert warnings_of(request) == [
        (WarningKind.REPEATED_HEADER, "X", 0),
        (WarningKind.REPEATED_HEADER, "cookie", 1),
    ]


@pytest.mark.parametrize(
    ("name", "value", "reason", "position"),
    [
        ("X", "a\r\nEvil: 1", HeaderReason.CONTROL, 1),
        ("X", "  a\nb", HeaderReason.CONTROL, 3),
        ("X", "\x00", HeaderReason.CONTROL, 0),
        ("X", "ab\x7f", HeaderReason.CONTROL, 2),
        ("X", "a\r\n", HeaderReason.CONTROL, 1),
        ("X-{{v}}", "{{v}}\n", HeaderReason.CONTROL, 5),
        ("", "a", HeaderReason.EMPTY_NAME, 0),
        ("X Y", "a", HeaderReason.NAME_NOT_TOKEN, 1),
        (" X:", "a", HeaderReason.NAME_NOT_TOKEN, 2),
        ("X{{v}}(", "a", HeaderReason.NAME_NOT_TOKEN, 6),
        ("Ключ", "a", HeaderReason.NAME_NOT_TOKEN, 0),
        ("X\r\n", "a", HeaderReason.NAME_NOT_TOKEN, 1),
        ("Transfer-Encoding", "chunked", HeaderReason.FRAMING, 0),
        ("content-length", "5", HeaderReason.FRAMING, 0),
        ("Content-Length", "00", HeaderReason.FRAMING, 0),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(
    name: str, value: str, reason: HeaderReason, position: int
) -> None:
    """Statement 18 and security.md 3; row and position point into the table as typed."""
    rows = (Header("Fine", "1"), Header(name, value))
    error = refused(Request(url=URL, headers=rows, variables=(("v", "long"),)))
    assert isinstance(error, InvalidHeader)
    assert (error.row, error.reason, error.position) == (1, reason, position)


@pytest.mark.parametrize("name", ["Host", "Content-Length"])
def test_a_second_host_or_length_is_refused(name: str) -> None:
    """RFC 9112 sections 3.2 and 6.3: two readers could see two different messages."""
    rows = (Header(name, "0"), Header(name, "0"))
    error = refused(Request(url=URL, headers=rows))
    assert isinstance(error, InvalidHeader)
    assert (error.row, error.reason) == (1, HeaderReason.FRAMING)


def test_the_right_content_length_may_be_written_by_hand() -> None:
    request = Request("", "POST", URL, headers=(Header("content-length", "3"),), body=raw("abc"))
    assert values_of(resolve(request), "Content-Length") == ["3"]


def test_blanks_around_are_left_out_and_wholly_blank_rows_do_not_count() -> None:
    """RFC 9110 section 5.5: blanks around a value are no part of it; a tab inside is."""
    rows = (Header(" X ", "\t a\tb  "), Header(" ", ""), Header("E", ""))
    resolved = resolve(Request(url=URL, headers=rows))
    assert values_of(resolved, "X") == ["a\tb"]
    assert values_of(resolved, "E") == [""]


def test_a_value_beyond_ascii_is_sent_and_flagged() -> None:
    """security.md 3: no exception for values that latin-1 does not know."""
    request = Request(url=URL, headers=(Header("X", "żółw 🐢"),))
    assert values_of(resolve(request), "X") == ["żółw 🐢"]
    assert warnings_of(request) == [(WarningKind.NON_ASCII_HEADER, "X", 0)]


def test_half_a_surrogate_pair_can_be_sent() -> None:
    """security.md 3: no bare UnicodeEncodeError; the half becomes U+FFFD."""
    request = Request(
        url=URL, headers=(Header("X", "a\ud83d"),), body=RawBody(RawKind.TEXT, "\ud83d")
    )
    resolved = resolve(request)
    assert values_of(resolved, "X") == ["a\ufffd"]
    assert resolved.body == "\ufffd".encode()


def test_handed_down_headers_are_replaced_from_within() -> None:
    """storage.md: a folder's headers override the collection's, the request's override both."""
    defaults = (
        ("collection", RequestDefaults(headers=(("X", "c"), ("Y", "c"), ("Z", "{{v}}")))),
        ("folder", RequestDefaults(headers=(("x", "f"), ("Accept", "f")))),
    )
    request = Request(url=URL, headers=(Header("y", "r"),), variables=(("v", "filled"),))
    resolved = resolve(request, Means(defaults=defaults))
    own = [(h.name, h.value, h.origin) for h in resolved.headers[1:5]]
    assert own == [
        ("y", "r", Origin.REQUEST),
        ("x", "f", Origin.FOLDER),
        ("Accept", "f", Origin.FOLDER),
        ("Z", "filled", Origin.COLLECTION),
    ]
    overridden = {(h.name, h.origin) for h in resolved.overridden}
    assert overridden == {
        ("X", Origin.COLLECTION),
        ("Y", Origin.COLLECTION),
        ("Accept", Origin.RESPONSE_TYPE),
    }
    assert resolved.warnings == ()


@pytest.mark.parametrize(
    ("userinfo", "credentials"),
    [
        ("user:pass", b"user:pass"),
        ("user", b"user:"),
        ("user:a:b", b"user:a:b"),
        ("ü:p😀", "ü:p😀".encode()),
        ("%C3%BC:p%40%3A", "ü:p@:".encode()),
        ("a@b:c", b"a@b:c"),
        (":p", b":p"),
    ],
)
def test_credentials_in_the_url_become_a_basic_header(userinfo: str, credentials: bytes) -> None:
    """Statements 15 and 16: UTF-8, never in the URL that is sent, and a warning."""
    request = Request(url=f"http://{userinfo}@h/")
    resolved = resolve(request)
    (value,) = values_of(resolved, "Authorization")
    assert base64.b64decode(value.removeprefix("Basic ")) == credentials
    assert str(resolved.url) == "http://h/"
    assert warnings_of(request) == [(WarningKind.CREDENTIALS_IN_URL, "", None)]


def test_a_typed_authorization_wins_over_the_urls() -> None:
    request = Request(url="http://u:p@h/", headers=(Header("authorization", "Bearer x"),))
    resolved = resolve(request)
    assert values_of(resolved, "Authorization") == ["Bearer x"]
    assert [header.name for header in resolved.overridden] == ["Authorization"]


def test_secrets_are_not_in_any_repr() -> None:
    """Statement 76: no repr shows a header value, the query or the password."""
    request = Request(
        url="http://u:hunter2@h/?key=hunter2",
        headers=(Header("X", "hunter2"),),
        body=RawBody(RawKind.TEXT, "hunter2"),
    )
    assert "hunter2" not in repr(resolve(request)) + repr(preview(request))


# Bodies


def raw(text: str, kind: RawKind = RawKind.TEXT) -> RawBody:
    return RawBody(kind, text)


@given(st.text().filter(lambda text: "{{" not in text))
def test_a_text_body_leaves_as_exactly_its_bytes(text: str) -> None:
    """Statement 39: no trimming, no quoting, no changed line ends."""
    resolved = resolve(Request(method="POST", url=URL, body=raw(text, RawKind.JSON)))
    assert resolved.body == text.encode()
    assert values_of(resolved, "Content-Length") == [str(len(text.encode()))]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (raw("{}", RawKind.JSON), ["application/json"]),
        (raw("x"), ["text/plain; charset=utf-8"]),
        (raw("<a/>", RawKind.XML), ["application/xml"]),
        (FORM, ["application/x-www-form-urlencoded"]),
        (NoBody(), []),
    ],
)
def test_content_type_follows_the_body_mode(body: Body, content_type: list[str]) -> None:
    """Statement 40; a typed one wins."""
    request = Request(method="POST", url=URL, body=body)
    assert values_of(resolve(request), "Content-Type") == content_type
    typed = replace(request, headers=(Header("content-type", "text/csv"),))
    assert values_of(resolve(typed), "Content-Type") == ["text/csv"]


@pytest.mark.parametrize(
    ("method", "length"),
    [("POST", ["0"]), ("PUT", ["0"]), ("PATCH", ["0"]), ("GET", []), ("DELETE", []), ("HEAD", [])],
)
def test_no_body_says_so_only_where_one_is_expected(method: str, length: list[str]) -> None:
    """Statement 42: `Content-Length: 0` and no invented Content-Type."""
    resolved = resolve(Request(method=method, url=URL))
    assert resolved.body is None
    assert values_of(resolved, "Content-Length") == length
    assert values_of(resolved, "Content-Type") == []


def test_a_body_is_sent_with_any_method() -> None:
    resolved = resolve(Request(method="GET", url=URL, body=raw("x")))
    assert (resolved.body, values_of(resolved, "Content-Length")) == (b"x", ["1"])


def test_a_form_body_is_encoded_in_row_order() -> None:
    """Statement 40; repeats stay, rows that are off or have no name do not go."""
    fields = (
        FormField("b", "x y&é"),
        FormField("a", ""),
        FormField("b", "2"),
        FormField("off", "x", enabled=False),
        FormField("", "lost"),
    )
    request = Request(method="POST", url=URL, body=FormBody(fields))
    assert resolve(request).body == b"b=x+y%26%C3%A9&a=&b=2"
    assert warnings_of(request) == [(WarningKind.EMPTY_FORM_KEY, "", 4)]


def test_a_body_that_cannot_be_sent_yet_is_refused() -> None:
    error = refused(Request(method="POST", url=URL, body=OpaqueBody("graphql")))
    assert isinstance(error, UnsupportedBody)
    assert error.kind == "graphql"


# Options


@pytest.mark.parametrize(
    ("options", "name", "text"),
    [
        (Options(timeout_ms=-1), "timeout_ms", "-1"),
        (Options(max_redirects=-1), "max_redirects", "-1"),
        (Options(success="2xx"), "success", "2xx"),
        (Options(success=""), "success", ""),
        (Options(success="299-200"), "success", "299-200"),
        (Options(success="200,99"), "success", "200,99"),
        (Options(success="200-1000"), "success", "200-1000"),
    ],
)
def test_an_option_out_of_range_is_refused(options: Options, name: str, text: str) -> None:
    error = refused(Request(url=URL, options=options))
    assert isinstance(error, InvalidOption)
    assert (error.option, error.text) == (name, text)


@pytest.mark.parametrize("success", ["200-299", "200-299,304", " 200 , 400-999 ", "100-999"])
def test_success_ranges_that_are_ranges_pass(success: str) -> None:
    options = Options(timeout_ms=0, success=success)
    assert resolve(Request(url=URL, options=options)).options == options


# The preview


def test_the_preview_lists_every_problem_and_never_raises() -> None:
    request = Request(
        method="B D",
        url="http://a b/",
        headers=(Header("X", "\n"), Header("", "v"), Header("Transfer-Encoding", "chunked")),
        body=OpaqueBody("file"),
        options=Options(timeout_ms=-5),
    )
    kinds = [type(problem) for problem in preview(request).problems]
    assert sorted(kind.__name__ for kind in kinds) == sorted(
        ["InvalidMethod", "InvalidUrl", "UnsupportedBody", "InvalidOption"] + ["InvalidHeader"] * 3
    )


@given(
    st.builds(
        Request,
        method=st.text(max_size=5),
        url=st.text(max_size=20) | st.text(alphabet="http:/[]@{}?#%ab.:0", max_size=20),
        params=st.lists(st.builds(QueryParam, st.text(), st.text()), max_size=2).map(tuple),
        path_params=st.lists(st.builds(PathParam, st.text(), st.text()), max_size=2).map(tuple),
        headers=st.lists(st.builds(Header, st.text(), st.text()), max_size=2).map(tuple),
        body=st.builds(RawBody, st.sampled_from(RawKind), st.text()),
    )
)
def test_whatever_is_typed_the_preview_shows_what_is_sent(request_typed: Request) -> None:
    """No text raises anything but our errors, and preview and send are one."""
    shown = preview(request_typed)
    try:
        resolved = resolve(request_typed)
    except InvalidRequest:
        assert shown.problems
    else:
        assert not shown.problems
        assert (shown.url, shown.headers) == (str(resolved.url), resolved.headers)
        assert resolved.url.target.isascii()
        assert not set(resolved.url.target) & set(" \r\n\t\x00")
