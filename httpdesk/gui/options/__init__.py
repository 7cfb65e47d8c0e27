"""The fields of a request's options, used by several features."""
