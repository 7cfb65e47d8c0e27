"""Tables in which rows of name and value are typed, used by several features."""
