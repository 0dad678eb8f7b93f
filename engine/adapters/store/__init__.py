"""The store, on SQLAlchemy and one writer. Rows never leave this package."""
