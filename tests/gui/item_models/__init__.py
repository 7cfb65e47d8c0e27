"""Qt models over plain values, under Qt's model tester."""
