"""Benchmarks: ratios measured side by side in one run (quality.md, P1 to P4).

Each module with NAME, TARGETS and `run(smoke)` is one; `python -m tests.benchmarks` finds them.
"""
