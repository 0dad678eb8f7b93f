"""halyard.yaml, read and checked once; inside, its values are trusted."""
