"""`halyard demo`: the whole of Halyard on a repository of its own, without an account or a key."""

from bot.demo.run import demo

__all__ = ["demo"]
