"""Notes in Markdown, of a request or of a folder."""
