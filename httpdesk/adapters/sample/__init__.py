"""The parts of the sample server; loaded when it starts."""
