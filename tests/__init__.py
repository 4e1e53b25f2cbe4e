"""Tests. What importing and collecting make stays for good: conftest turns the collector on."""

import gc

gc.disable()
