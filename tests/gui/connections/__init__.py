"""Tests of the window's connections."""
