"""Kills Halyard while people on Discord and in Slack share sessions, then counts all sides."""
