"""What every face shares: calls, commands, messages. No library."""
