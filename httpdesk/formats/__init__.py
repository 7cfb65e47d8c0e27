"""Bytes to model and back, pure; one module for each format."""
