"""The local HTTP API on a unix socket, and a client of it."""
