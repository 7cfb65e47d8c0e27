"""Files of a collection that are shown as they are, because they cannot be sent."""
