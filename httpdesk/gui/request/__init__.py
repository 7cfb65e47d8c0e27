"""Composing a request: the URL bar and the pane with Params, Headers, Body and Options."""
