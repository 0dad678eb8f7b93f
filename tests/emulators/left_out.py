"""What no emulator could hold against an official contract, as that is not here."""


class LeftOut:
    """How many validations of this process were not done, as the file was absent."""

    def __init__(self) -> None:
        self.count = 0


LEFT_OUT = LeftOut()
"""Of the whole process: the end of a test run tells it, whoever ran an emulator."""
