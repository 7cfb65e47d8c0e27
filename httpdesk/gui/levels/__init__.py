"""The page of a collection or folder: what it says for the requests in it."""
