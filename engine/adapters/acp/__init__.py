"""The Agent Client Protocol, version 1: lines in, lines out."""
