"""The environments: selector, list and page."""
