"""Measurements: `python -m tests.bench`. Each is printed beside its floor, taken in the same run, and its target."""
