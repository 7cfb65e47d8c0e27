"""Reusable widgets that know colours, fonts and keys, and nothing about what the program does."""
