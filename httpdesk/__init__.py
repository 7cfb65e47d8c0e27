"""HTTPDesk, a desktop HTTP client."""

__version__ = "0.1.0"
