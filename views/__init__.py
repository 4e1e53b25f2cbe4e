"""What people see: pure functions from facts to screens; all wording stands in locales/."""
