"""A local Telegram for trying the bot out: Bot API server and chat page."""
