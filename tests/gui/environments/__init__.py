"""Tests of the window's environments."""
