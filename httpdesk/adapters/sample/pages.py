"""The sample server's fixed texts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

TEXT = """\
The quick brown fox jumps over the lazy dog.
Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.
Voix ambiguë d'un cœur qui au zéphyr préfère les jattes de kiwis.
Съешь ещё этих мягких французских булок, да выпей чаю.
いろはにほへと ちりぬるを
نص حكيم له سر قاطع
🦊 🐕 end.
"""

XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<orders xmlns="urn:sample:orders">
  <!-- The same orders as under /orders, shortened. -->
  <order id="1001" status="shipped"><item>Desk lamp</item><price>39.90</price></order>
  <order id="1002" status="open"><item>Notebook &amp; pencil</item><price>6.50</price></order>
  <note><![CDATA[Prices are < 500.]]></note>
</orders>
"""

HTML = """\
<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Sample page</title>
  </head>
  <body>
    <h1>It works</h1>
    <p>This page comes from the sample server inside HTTPDesk.</p>
    <p><a href="/">All routes</a></p>
  </body>
</html>
"""

_MEANINGS = {"profile": "See who is signed in", "orders": "Read the sample orders"}
_SIGN_IN = """\
<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Sample sign-in</title>
    <style>
      body {{ font: 16px/1.5 system-ui, sans-serif; margin: 12vh auto 0; max-width: 28em;
        padding: 0 1em; color: #1a1e22; background: #fff }}
      h1 {{ font-size: 22px; font-weight: 600 }}
      p.note {{ color: #4a535b; font-size: 14px }}
      button {{ font: inherit; padding: .4em 1.4em; margin-right: .6em }}
      @media (prefers-color-scheme: dark) {{
        body {{ color: #e5e8eb; background: #1c1f23 }} p.note {{ color: #abb3bb }} }}
    </style>
  </head>
  <body>
    <h1>Sample sign-in</h1>
    <p>You are <strong>{user}</strong>. HTTPDesk asks for leave to:</p>
    <ul>
      {rows}
    </ul>
    <form method="post" action="/oauth/authorize">
      <input type="hidden" name="ticket" value="{ticket}">
      <button name="answer" value="allow">Allow</button>
      <button name="answer" value="deny">Deny</button>
    </form>
    <p class="note">This page comes from the sample server inside HTTPDesk. No password is asked
    for, nothing leaves this computer, and all is forgotten when the program ends.</p>
  </body>
</html>
"""


def sign_in_page(user: str, scopes: Iterable[str], ticket: str) -> str:
    """Return the page on which a user allows or denies; `ticket` comes back with the answer."""
    rows = "\n      ".join(f"<li>{escape(_MEANINGS.get(scope, scope))}</li>" for scope in scopes)
    return _SIGN_IN.format(user=escape(user), rows=rows, ticket=escape(ticket))
