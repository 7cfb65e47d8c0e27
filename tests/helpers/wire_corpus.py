"""Requests whose bytes are easily changed on their way: what is shown has to be what leaves.

`{{base}}` is the address of the server, `{{folder}}` a folder with the files `FILES`.
"""

from __future__ import annotations

from dataclasses import replace

from httpdesk.model.request import (
    Body,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    ResponseType,
)

FILES = {
    "a.bin": bytes(range(256)) * 40,
    "empty.txt": b"",
    "grüße é.txt": "Grüße\r\n".encode(),
    "large.bin": b"0123456789abcdef" * 20_000,
}
S3 = (
    "/bucket/key%20with%2Fslash.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Feu-central-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20261122T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
)
_TARGETS = {
    "plain": "/",
    "no path": "",
    "query without path": "?a=1",
    "escapes in lower case": "/%2f%e4%bd%a0/?q=%c3%a9%2b",
    "escapes in upper case": "/%2F%E4%BD%A0/?q=%C3%A9%2B",
    "escaped tilde": "/%7Euser/%7euser/~user",
    "dot segments": "/a/../b/./c/..",
    "escaped dots": "/a/%2e%2e/%2E/b",
    "double slashes": "//a///b/",
    "plus": "/a+b?c+d=e+f&%2B",
    "pipe": "/a|b?x=1|2&|",
    "braces": "/{a}b/}?x={y}&{}",
    "brackets": "/[x]?a[]=1&a[0]=2",
    "backslash and caret": "/a\\b^c`d?q=\\^`",
    "quotes and angles": "/\"a'?q=<b>'\"",
    "broken escapes": "/%zz/%/%2?q=%g1&%",
    "empty query": "/a?",
    "only separators": "/?&&=&=&",
    "question marks": "/a?b?c?d",
    "semicolons and commas": "/a;b=c,d:e@f!$&'()*",
    "fragment": "/a?x=1#y?z",
    "URL in the query": "/?next=http://other.example/%41?x&y#z",
    "non-ASCII": "/caf\u00e9/\u4e2d\u6587?q=\u00e9&\u4e2d=1",
    "emoji": "/\U0001f600?q=\U0001f600",
    "S3 pre-signed": S3,
    "Azure pre-signed": "/c/b.txt?sv=2024-11-04&sr=b&se=2026-11-22T00%3A00Z&sig=a%2Fb%2Bc%3D%3D",
    "Google pre-signed": "/b/o?Expires=1&GoogleAccessId=x%40y&Signature=a%2Bb/c==",
    "very long": "/" + "segment/" * 900,
}
_HEADERS = {
    "order and case": (Header("x-B", "2"), Header("X-a", "1"), Header("X-C", "3")),
    "repeated": (Header("X", "a"), Header("x", "b, c"), Header("X", "")),
    "repeated cookies": (Header("Cookie", "a=1"), Header("cookie", "b=2")),
    "non-ASCII value": (Header("X-Name", "Gr\u00fc\u00dfe \u4e2d\u6587 \U0001f600"),),
    "blanks around": (Header(" X-A ", "  a  b\t"),),
    "tab inside": (Header("X-A", "a\tb"),),
    "empty value": (Header("X-A", ""),),
    "long value": (Header("X-A", "v" * 6000),),
    "odd name": (Header("!#$%&'*+.^_`|~x", "1"),),
    "overridden Host": (Header("HOST", "other.example:9"),),
    "overridden agent": (Header("user-agent", "mine/1"), Header("accept", "*/*")),
    "overridden encoding": (Header("Accept-Encoding", "identity"),),
    "typed close": (Header("Connection", "close"),),
    "typed length": (Header("Content-Length", "2"),),
    "credentials": (Header("Authorization", "Bearer abc.def-ghi"), Header("X-API-Key", "k" * 20)),
    "disabled": (Header("X-Off", "1", enabled=False), Header("X-On", "1")),
    "variables": (Header("X-{{n}}", "{{v}} {{v}}"),),
}
_JSON = '{\r\n\t"price": 1.10,\n  "a": "\\u00e9 \u00e9", "token": "abcdefgh"\r}'
_BODIES: dict[str, Body] = {
    "JSON": RawBody(RawKind.JSON, _JSON),
    "text": RawBody(RawKind.TEXT, "  one\r\ntwo\n\nthree \u00e9\U0001f600\x00 "),
    "XML": RawBody(RawKind.XML, '<?xml version="1.0"?>\n<a b="{{v}}">\u00e9</a>\n'),
    "empty text": RawBody(RawKind.TEXT, ""),
    "long text": RawBody(RawKind.TEXT, "line \u00e9\n" * 30_000),
    "form": FormBody((FormField("a b", "c&d=\u00e9+~*"), FormField("a b", ""), FormField("", "x"))),
    "empty form": FormBody(),
    "GraphQL": GraphQLBody("{ orders(q: \"\u00e9\") { id } }\n", '{"n": 1.10, "v": "{{v}}"}'),
    "GraphQL without variables": GraphQLBody("query { a }"),
    "multipart of text": MultipartBody((FormPart("a", "1\r\n2\n"), FormPart("a", ""))),
    "multipart of all": MultipartBody(
        (
            FormPart("file", "{{folder}}/a.bin", PartKind.FILE),
            FormPart('quo"te\r\nline \u00e9', "value \u00e9"),
            FormPart("json", '{"a": 1}', PartKind.JSON),
            FormPart("f", "{{folder}}/gr\u00fc\u00dfe \u00e9.txt", PartKind.FILE, "text/x", '"'),
            FormPart("none", "{{folder}}/empty.txt", PartKind.FILE),
        )
    ),
    "multipart with a large file": MultipartBody(
        (FormPart("a", "b"), FormPart("f", "{{folder}}/large.bin", PartKind.FILE))
    ),
    "multipart without parts": MultipartBody(),
    "file": FileBody("{{folder}}/a.bin"),
    "file of a type": FileBody("{{folder}}/empty.txt", "application/x-{{v}}"),
    "large file": FileBody("{{folder}}/large.bin"),
}  # fmt: skip
_OTHERS = {
    "query rows": Request(
        url="{{base}}/a?x=1#f",
        params=(
            QueryParam("t", "x y&\u00e9"),
            QueryParam("t", "b"),
            QueryParam("k", ""),
            QueryParam("off", "1", enabled=False),
            QueryParam("{{n}}", "{{v}}+%2B"),
        ),
    ),
    "path parameters": Request(
        url="{{base}}/:id/{name}/x",
        path_params=(PathParam("id", "a/b ?\u00e9"), PathParam("name", "{{v}}")),
    ),
    "user and password": Request(url="{{scheme}}://us%20er:p%40ss@{{authority}}/a"),
    "empty POST": Request(method="POST", url="{{base}}/"),
    "empty PUT": Request(method="PUT", url="{{base}}/"),
    "empty PATCH": Request(method="PATCH", url="{{base}}/"),
    "DELETE": Request(method="DELETE", url="{{base}}/a"),
    "DELETE with a body": Request(
        method="DELETE", url="{{base}}/a", body=RawBody(RawKind.JSON, "[1]")
    ),
    "GET with a body": Request(url="{{base}}/a", body=RawBody(RawKind.TEXT, "x")),
    "OPTIONS": Request(method="OPTIONS", url="{{base}}/a"),
    "custom method": Request(method="FROB-nicate", url="{{base}}/a"),
    "lower-case method": Request(method="get", url="{{base}}/a"),
    "binary": Request(url="{{base}}/", options=Options(response_type=ResponseType.BINARY)),
    "text wanted": Request(url="{{base}}/", options=Options(response_type=ResponseType.TEXT)),
    "no automatic headers": Request(
        url="{{base}}/",
        options=Options(removed_headers=("User-Agent", "Accept", "Accept-Encoding", "Connection")),
    ),
    "no Host": Request(url="{{base}}/", options=Options(removed_headers=("host",))),
    "no Content-Type": Request(
        method="POST",
        url="{{base}}/",
        body=RawBody(RawKind.JSON, "{}"),
        options=Options(removed_headers=("Content-Type",)),
    ),
    "no length of nothing": Request(
        method="POST", url="{{base}}/", options=Options(removed_headers=("Content-Length",))
    ),
}

IDNS = {
    "IDN": Request(url="http://b\u00fccher.example/\u00e9?x=\u00e9"),
    "IDN with a port": Request(url="http://\u4f8b\u3048.\u30c6\u30b9\u30c8:8080/"),
}
"""Names that only a proxy finds."""


def corpus() -> dict[str, Request]:
    """Return the requests by what each is about."""
    found = {f"target: {name}": Request(url="{{base}}" + t) for name, t in _TARGETS.items()}
    for name, headers in _HEADERS.items():
        request = Request(method="PUT", url="{{base}}/h", headers=headers)
        found[f"header: {name}"] = replace(request, body=RawBody(RawKind.JSON, "{}"))
    for name, body in _BODIES.items():
        found[f"body: {name}"] = Request(method="POST", url="{{base}}/b", body=body)
    return found | _OTHERS
