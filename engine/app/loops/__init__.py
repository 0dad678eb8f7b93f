"""All that touches the outside: each is run() around a testable step()."""
