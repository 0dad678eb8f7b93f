"""Kills Halyard while people use it on a Discord that loses and delays, then counts both sides."""
