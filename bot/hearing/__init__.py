"""From something said on a platform to its one effect and its one answer."""
