"""Values, rules and state machines. Standard library only: no I/O, no async, no clock."""
