"""What the program does: no Qt, no sockets, no disk."""
