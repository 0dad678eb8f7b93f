"""The `halyard` command."""
