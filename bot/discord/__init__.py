"""Discord: commands, messages and buttons of a channel."""
