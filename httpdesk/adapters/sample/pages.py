"""The sample server's fixed texts."""

from __future__ import annotations

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
