"""The tests of HTTPDesk; the folders mirror those of the package."""
