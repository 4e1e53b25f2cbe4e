"""Time passed: which job runs how often, and what is due."""
