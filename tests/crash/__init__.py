"""The crash test: the real bot is killed again and again under load, and nothing may be lost.

`python -m tests.crash --help`; docs/maintainers.md says how to read what it prints.
"""
