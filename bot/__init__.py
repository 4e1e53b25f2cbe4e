"""Wiring, and the two doors to Telegram; the only reader of settings and of the clock."""
