"""The rules, in plain Python: no database, no Telegram, no clock."""
