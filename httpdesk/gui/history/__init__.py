"""The list of past sends in the sidebar."""
