"""Routes of the REST API, one file per noun; a handler is a sync function of the world."""
