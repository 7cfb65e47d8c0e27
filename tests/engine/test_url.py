"""Typed URLs: taken apart, never rewritten; what cannot be sent is named by part."""

from __future__ import annotations

import string
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.engine.url import (
    encode_pairs,
    encode_segment,
    fill_path,
    join_query,
    parse_url,
    path_param_names,
    sendable,
    utf8,
)
from httpdesk.model.errors import InvalidUrl, UrlPart, UrlReason

PRINTABLE = "".join(sorted(set(map(chr, range(0x21, 0x7F)))))


def target(typed: str) -> str:
    parts = parse_url(typed)
    return parts.resolved(parts.path, parts.query).target


def refused(typed: str) -> InvalidUrl:
    with pytest.raises(InvalidUrl) as caught:
        parse_url(typed)
    return caught.value


@pytest.mark.parametrize(
    "rest",
    [
        "/%7Euser/%7euser",
        "/a/../b/./c//d",
        '/a|b{c}[d]^`"<>\\',
        "/a?",
        "/a??b?",
        "/%zz/%/%1",
        "/%2f%2F?d=%2B&e=a+b",
        "/?a&b=&=c&&",
        "/!$'()*,;:@&=+~-._",
        "/:id/{id}",
    ],
)
def test_paths_and_queries_leave_as_typed(rest: str) -> None:
    """Statements 1 and 5: byte for byte, escapes in either case, no normalising."""
    assert target("http://h" + rest) == rest


@given(st.text(alphabet=PRINTABLE.replace("#", "")))
def test_any_printable_ascii_leaves_unchanged(rest: str) -> None:
    """Statement 5: no double encoding, whatever was typed."""
    assert target("http://h/" + rest) == "/" + rest


@given(st.text())
def test_encoding_for_the_request_line_loses_nothing(text: str) -> None:
    """Only blanks, controls and non-ASCII are encoded, as the UTF-8 of RFC 3986 section 2.5."""
    sent = sendable(text)
    assert all("!" <= character <= "~" for character in sent)
    assert unquote(sent) == unquote(text)


def test_what_cannot_stand_on_a_request_line_is_encoded_in_upper_case() -> None:
    assert target("http://h/a b\tc/é€?q=ü ß") == "/a%20b%09c/%C3%A9%E2%82%AC?q=%C3%BC%20%C3%9F"


def test_half_a_surrogate_pair_does_not_crash() -> None:
    assert utf8("a\ud83d\ude00b") == "a😀b".encode()
    assert sendable("\ud800") == "%EF%BF%BD"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("http://h", "/"),
        ("http://h?x=1", "/?x=1"),
        ("http://h#f", "/"),
        ("http://h/a?x=1#f?g", "/a?x=1"),
        ("  http://h/a \n", "/a"),
    ],
)
def test_the_fragment_and_blanks_around_do_not_leave(typed: str, sent: str) -> None:
    """Statement 1: the fragment is not sent."""
    assert target(typed) == sent


@pytest.mark.parametrize(
    ("typed", "scheme", "host", "port", "explicit"),
    [
        ("http://h", "http", "h", 80, False),
        ("HTTPS://Ex.Example:8443/", "https", "Ex.Example", 8443, True),
        ("http://h:80", "http", "h", 80, True),
        ("http://h:", "http", "h", 80, False),
        ("http://h:0080", "http", "h", 80, True),
        ("localhost:8080/x", "http", "localhost", 8080, True),
        ("data:8080/x", "https", "data", 8080, True),
        ("api.localhost", "http", "api.localhost", 80, False),
        ("127.0.0.1/x", "http", "127.0.0.1", 80, False),
        ("[::1]:81", "http", "::1", 81, True),
        ("http://[2001:db8::1]/", "http", "2001:db8::1", 80, False),
        ("example.com/a:b", "https", "example.com", 443, False),
        ("example.com:8443", "https", "example.com", 8443, True),
        ("//example.com/", "https", "example.com", 443, False),
        ("example.com/to?u=http://other/", "https", "example.com", 443, False),
        ("user:secret@example.com", "https", "example.com", 443, False),
        ("http://a@b@c.example", "http", "c.example", 80, False),
        ("http://docker_name.:1", "http", "docker_name.", 1, True),
    ],
)
def test_scheme_host_and_port(
    typed: str, scheme: str, host: str, port: int, explicit: bool
) -> None:
    """Statement 8: also without a scheme, where `localhost:8080/x` is a host and a port."""
    parts = parse_url(typed)
    assert (parts.scheme, parts.host, parts.port) == (scheme, host, port)
    assert parts.explicit_port is explicit
    assert parts.scheme_typed is typed.lower().startswith("http")


@pytest.mark.parametrize(
    ("typed", "part", "reason", "text"),
    [
        ("", UrlPart.URL, UrlReason.EMPTY, ""),
        ("  ", UrlPart.URL, UrlReason.EMPTY, "  "),
        ("http://", UrlPart.HOST, UrlReason.MISSING, ""),
        ("http:///a", UrlPart.HOST, UrlReason.MISSING, ""),
        ("http://:80/", UrlPart.HOST, UrlReason.MISSING, ""),
        ("http://u@/", UrlPart.HOST, UrlReason.MISSING, ""),
        ("/just/a/path", UrlPart.HOST, UrlReason.MISSING, ""),
        ("http://ho st/a", UrlPart.HOST, UrlReason.SPACE, "ho st"),
        ("  https://\tx.example", UrlPart.HOST, UrlReason.SPACE, "\tx.example"),
        ("hello world", UrlPart.HOST, UrlReason.SPACE, "hello world"),
        ("http://h\x00st/", UrlPart.HOST, UrlReason.CONTROL, "h\x00st"),
        ("http://h:65536/", UrlPart.PORT, UrlReason.OUT_OF_RANGE, "65536"),
        ("http://h:" + "9" * 5000, UrlPart.PORT, UrlReason.OUT_OF_RANGE, "9" * 5000),
        ("http://h:0", UrlPart.PORT, UrlReason.OUT_OF_RANGE, "0"),
        ("http://h:80a", UrlPart.PORT, UrlReason.NOT_A_NUMBER, "80a"),
        ("http://h:-1", UrlPart.PORT, UrlReason.NOT_A_NUMBER, "-1"),
        ("http://h:٣", UrlPart.PORT, UrlReason.NOT_A_NUMBER, "٣"),
        ("http://h: 80/", UrlPart.PORT, UrlReason.SPACE, " 80"),
        ("http://[::1]:x", UrlPart.PORT, UrlReason.NOT_A_NUMBER, "x"),
        ("h:/a", UrlPart.SCHEME, UrlReason.UNSUPPORTED, "h"),
        ("ftp://h/", UrlPart.SCHEME, UrlReason.UNSUPPORTED, "ftp"),
        ("file:///etc/passwd", UrlPart.SCHEME, UrlReason.UNSUPPORTED, "file"),
        ("javascript:alert(1)", UrlPart.SCHEME, UrlReason.UNSUPPORTED, "javascript"),
        ("mailto:a@b.example", UrlPart.SCHEME, UrlReason.UNSUPPORTED, "mailto"),
        ("http:h", UrlPart.SCHEME, UrlReason.MALFORMED, "http"),
        ("://h", UrlPart.SCHEME, UrlReason.MISSING, ""),
        ("h:", UrlPart.PORT, UrlReason.EMPTY, ""),
        ("http://[::1", UrlPart.HOST, UrlReason.MALFORMED, "[::1"),
        ("http://[::1]x/", UrlPart.HOST, UrlReason.MALFORMED, "[::1]x"),
        ("http://[::g]/", UrlPart.HOST, UrlReason.MALFORMED, "[::g]"),
        ("http://[fe80::1%eth0]/", UrlPart.HOST, UrlReason.UNSUPPORTED, "[fe80::1%eth0]"),
        ("http://a..b/", UrlPart.HOST, UrlReason.MALFORMED, "a..b"),
        ("http://a%41/", UrlPart.HOST, UrlReason.MALFORMED, "a%41"),
        ("http://" + "a" * 64 + "/", UrlPart.HOST, UrlReason.OUT_OF_RANGE, "a" * 64),
        ("http://" + "ab." * 90 + "x", UrlPart.HOST, UrlReason.OUT_OF_RANGE, "ab." * 90 + "x"),
        ("http://☃☃-.example/", UrlPart.HOST, UrlReason.NOT_IDNA, "☃☃-.example"),
        ("http://a\uff0fb.example/", UrlPart.HOST, UrlReason.MALFORMED, "a\uff0fb.example"),
        ("http://evil\\@good/", UrlPart.USERINFO, UrlReason.MALFORMED, "evil\\@good"),
        ("http://u%3Ax:p@h/", UrlPart.USERINFO, UrlReason.MALFORMED, "u%3Ax:p"),
        ("http://u:p%0A@h/", UrlPart.USERINFO, UrlReason.CONTROL, "u:p%0A"),
    ],
)
def test_a_bad_url_is_refused_by_part_reason_and_place(
    typed: str, part: UrlPart, reason: UrlReason, text: str
) -> None:
    """Statement 8; the position is where the named part starts in what was typed."""
    error = refused(typed)
    assert (error.part, error.reason, error.text) == (part, reason, text)
    assert typed[error.position :].startswith(text)


def test_a_refused_url_does_not_show_its_password_in_its_repr() -> None:
    assert "hunter2" not in repr(refused("http://u%3A:hunter2@h/"))
    assert "hunter2" not in repr(parse_url("http://u:hunter2@h/"))


@pytest.mark.parametrize(
    ("typed", "host_ascii"),
    [
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://BÜCHER.example/", "xn--bcher-kva.example"),
        ("http://faß.example/", "xn--fa-hia.example"),
        ("http://例え。テスト/", "xn--r8jz45g.xn--zckzah"),
        ("http://my_host.bücher.example:8080/", "my_host.xn--bcher-kva.example"),
        ("http://\uff11\uff12\uff17.0.0.1/", "127.0.0.1"),
    ],
)
def test_hosts_beyond_ascii_go_out_in_their_idna_form(typed: str, host_ascii: str) -> None:
    """Statement 9: UTS 46 mapping, IDNA 2008; the typed form is kept for the eye."""
    parts = parse_url(typed)
    url = parts.resolved(parts.path, parts.query)
    assert url.host_ascii == host_ascii
    assert host_ascii in str(url)
    assert url.display == typed


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5))
def test_any_text_in_a_query_row_decodes_to_itself(pairs: list[tuple[str, str]]) -> None:
    """Statement 4: the server decodes the exact text."""
    assert parse_qsl(encode_pairs(pairs), keep_blank_values=True) == pairs


def test_query_rows_are_encoded_once() -> None:
    """Statement 4."""
    assert encode_pairs([("v", "x y&é")]) == "v=x+y%26%C3%A9"
    assert encode_pairs([("p", "%20")]) == "p=%2520"


@pytest.mark.parametrize(
    ("own", "joined"),
    [(None, "y=2"), ("", "y=2"), ("x=1", "x=1&y=2"), ("x=1&", "x=1&y=2"), ("x", "x&y=2")],
)
def test_rows_stand_behind_the_urls_own_query(own: str | None, joined: str) -> None:
    """Statement 1."""
    assert join_query(own, [("y", "2")]) == joined
    assert join_query(own, []) == own


@given(st.text(min_size=1))
def test_a_path_value_stays_one_segment(value: str) -> None:
    """Statement 84: `a/b` becomes `a%2Fb`; any text decodes to itself."""
    segment = encode_segment(value)
    assert set(segment) <= set(string.ascii_letters + string.digits + "-._~%")
    assert unquote(segment) == value


def test_path_params_replace_whole_segments_that_have_a_value() -> None:
    """Statement 84; without a value the text stays as typed."""
    path = "/:id/{id}/x:id/{name}/:empty/:none"
    values = {"id": "a%2Fb", "name": "%C3%A9", "empty": ""}
    assert fill_path(path, values) == "/a%2Fb/a%2Fb/x:id/%C3%A9/:empty/:none"
    assert path_param_names(path) == ("id", "name", "empty", "none")
