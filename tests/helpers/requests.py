"""Requests with any text in any field, for hypothesis."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields

from hypothesis import strategies as st

from httpdesk.model.auth_choice import AuthWord
from httpdesk.model.environment import ValueType, Variable
from httpdesk.model.level import Level
from httpdesk.model.request import (
    Body,
    Example,
    ExampleRequest,
    ExampleResponse,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    NoBody,
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    ResponseType,
)

AWKWARD = "ab \n\t\r:#-{}[]'\"\\|>?&*!%@`,01.=+/~\x00\x7f\x85\xa0\u2028\u202e\ufeffé😀"
TELLING = (
    *("no", "Yes", "010", "1.10", "0x1f", "1e3", "12:30", "2024-01-02", ".inf", "~", "null", "="),
    *("<<", "---", "...", "- a", "k: v", "a #b", "{{x}}", "'", '"', "\\", "a\r\nb"),
    *("  a\n b\n", "a\n\n\nb", "a\n\n", "\n", "a \n", "\ta", "#", "&a", "*a", "!t", "%x", "@"),
)
"""Texts that some reader or writer of YAML takes for something else."""
URLS = (
    *("http://h/a", "http://h/a?", "http://h/a?x=1", "http://h/a?d=%2B&e=%7E", "http://h/a?x=1&"),
    *("http://h/a#f?x", "http://h/:id/b?x=1#f", "{{base}}/x?{{q}}", "http://h/?t=a&t=b"),
)

texts: st.SearchStrategy[str] = (
    st.text(max_size=20)
    | st.text(alphabet=AWKWARD, max_size=20)
    | st.sampled_from(TELLING)
    | st.sampled_from(["\ud800", "a\udfffb", "a b{{x}}&"])
)
notes = st.just("") | texts
names = texts.filter(lambda text: not text.startswith("httpdesk."))


def _rows(row: st.SearchStrategy[object], most: int = 4) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(row, max_size=most).map(tuple)


headers = st.builds(Header, texts, texts, st.booleans(), notes)
params = st.builds(QueryParam, texts, texts, st.booleans(), notes)
path_params = st.builds(PathParam, texts, texts, notes)
fields = st.builds(FormField, texts, texts, st.booleans(), notes)
content_types = st.sampled_from(["", "application/json", "image/png", "text/x+json; a=b"]) | texts
parts = st.builds(
    FormPart,
    st.sampled_from(["a", "b"]) | texts,
    texts,
    st.sampled_from(PartKind),
    content_types,
    st.just("") | texts,
    st.booleans(),
    notes,
)
bodies: st.SearchStrategy[Body] = (
    st.just(NoBody())
    | st.builds(RawBody, st.sampled_from(RawKind), texts)
    | st.builds(FormBody, _rows(fields))
    | st.builds(MultipartBody, _rows(parts))
    | st.builds(FileBody, texts, content_types)
    | st.builds(GraphQLBody, texts, texts)
)
options = st.builds(
    Options,
    response_type=st.sampled_from(ResponseType),
    timeout_ms=st.none() | st.integers(1, 10**7),
    follow_redirects=st.booleans(),
    max_redirects=st.integers(0, 50),
    ignore_tls_errors=st.booleans(),
    success=st.just("200-299") | texts,
    retry_max=st.integers(0, 90),
    retry_delay_ms=st.integers(0, 10**6),
    retry_backoff=st.booleans(),
    retry_all=st.booleans(),
    retry_safe_only=st.booleans(),
    retry_on_429=st.booleans(),
    total_timeout_ms=st.none() | st.integers(1, 10**7),
    removed_headers=st.sampled_from([(), ("Accept",), ("Host", "X-Y")]),
    stated=st.sets(st.sampled_from([each.name for each in dataclass_fields(Options)])).map(tuple),
)
variables = st.builds(
    Variable,
    names,
    texts,
    st.booleans(),
    st.just(False),
    st.sampled_from(ValueType),
    notes,
)
auths = st.none() | st.sampled_from(AuthWord)
levels = st.builds(
    Level,
    name=texts,
    headers=_rows(headers),
    variables=_rows(variables),
    auth=auths,
    options=options,
    notes=texts,
)
tags = st.just(()) | _rows(texts, 3)
examples = (
    st.just(())
    | st.just(())
    | _rows(
        st.builds(
            Example,
            texts,
            notes,
            st.none()
            | st.builds(
                ExampleRequest,
                texts,
                texts,
                _rows(headers, 1),
                _rows(params, 1),
                _rows(path_params, 1),
                bodies,
            ),
            st.none()
            | st.builds(
                ExampleResponse,
                st.none() | st.integers(0, 999),
                texts,
                _rows(st.tuples(texts, texts), 1),
                st.sampled_from(["", "json", "text", "binary", "odd"]),
                texts,
            ),
        ),
        2,
    )
)
requests = st.builds(
    Request,
    name=texts,
    method=st.sampled_from(["GET", "POST", "FROB", "x-y"]),
    url=texts | st.sampled_from(URLS),
    params=_rows(params),
    path_params=_rows(path_params, 2),
    headers=_rows(headers),
    body=bodies,
    options=options,
    notes=texts,
    variables=_rows(st.tuples(names, texts), 3),
    tags=tags,
    examples=examples,
)
