"""The whole program, driven as a user drives it."""
