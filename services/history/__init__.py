"""Every change: who, when, from where, before, after; the origin of a value."""
