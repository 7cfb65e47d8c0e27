"""The adapters against real files, sockets and servers."""
