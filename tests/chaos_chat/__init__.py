"""Kills Halyard while people use it in a chat that loses and delays, and counts both sides.

What people do, how often Halyard dies and what is counted is the same on every platform; how that
looks there is in `tests.chaos_discord` and `tests.chaos_slack`.
"""
