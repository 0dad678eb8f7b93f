"""Kills Halyard while people use it in a Slack that loses and delays, then counts both sides."""
