"""Qt models over the values of `httpdesk.model`."""
