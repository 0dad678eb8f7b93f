"""Halyard's demo agent: speaks the Agent Client Protocol and needs no model."""
