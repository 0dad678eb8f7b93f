"""Use cases: sync functions of an open transaction, one class per noun."""
