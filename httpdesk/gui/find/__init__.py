"""The page that finds words in the requests of the collections."""
