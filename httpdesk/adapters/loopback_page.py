"""The pages that the browser sees at the end of a sign-in; nothing in them is from outside."""

from __future__ import annotations

_PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 28em; padding: 0 1em;
  color: #1a1e22; background: #fff }}
h1 {{ font-size: 22px; font-weight: 600; margin: 0 0 .5em }}
p {{ color: #4a535b; margin: 0 }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e5e8eb; background: #1c1f23 }} p {{ color: #abb3bb }} }}
</style></head>
<body><h1>{title}</h1><p>{text}</p></body>
</html>
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


def _answer(status: str, title: str, text: str) -> bytes:
    body = _PAGE.format(title=title, text=text).encode()
    head = (
        f"HTTP/1.1 {status}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n"
        "Cache-Control: no-store\r\n"
        "Referrer-Policy: no-referrer\r\n"
        f"Content-Security-Policy: {_POLICY}\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "X-Frame-Options: DENY\r\n"
        "\r\n"
    )
    return head.encode("ascii") + body


DONE_PAGE = _answer("200 OK", "Signed in", "HTTPDesk has what it needs. You can close this tab.")
UNFINISHED_PAGE = _answer(
    "200 OK", "Sign-in was not finished", "HTTPDesk says why. You can close this tab."
)
REFUSED_PAGE = _answer(
    "400 Bad Request",
    "This is not the end of a sign-in",
    "No sign-in of HTTPDesk waits for this address.",
)
