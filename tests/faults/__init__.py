"""Faults of FAULTS.md, injected where they happen; each test is named after its row."""
