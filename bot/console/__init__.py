"""Messages and events on a terminal."""
