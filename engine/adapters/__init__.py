"""The outside: each folder keeps the promises of one port. None imports another."""
