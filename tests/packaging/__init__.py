"""The set-up script: what it installs, when, and what it says."""
