"""The page with the former versions of a request."""
