"""The reusable widgets."""
