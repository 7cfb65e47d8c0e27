"""Connections: their list in the sidebar, and the page of one."""
