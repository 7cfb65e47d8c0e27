"""What a response looks like, without a window."""
