"""Images that agents run in, made through a Docker Engine and without an image registry."""
