"""The page on which two versions of a request are brought together."""
