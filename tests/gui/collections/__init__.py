"""The collections in the sidebar."""
