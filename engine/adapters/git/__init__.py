"""Git repositories on the machine that Halyard runs on."""
