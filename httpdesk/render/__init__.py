"""Turns a response into what a view or a terminal shows; pure, no Qt, no disk."""
