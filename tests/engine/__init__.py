"""The engine without Qt, sockets and disk."""
