"""Slack: commands, messages, buttons and forms of a workspace."""
