"""Brings posts and cards to the platforms: the pump, its budgets, and what it needs of a face."""
