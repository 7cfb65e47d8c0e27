"""The response pane: status, body, headers, timeline and errors."""
