"""The sidebar's collections: tree, filter and what can be done to an item."""
