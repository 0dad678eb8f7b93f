"""Halyard on emulated chats, with a page to type and click on in each.

`make demo-discord`, `make demo-slack`, and `make demo-chat` with both.
"""
