"""`make chaos-discord`: see `tests.chaos_chat.main`."""

import sys
from pathlib import Path

from tests.chaos_chat.main import main
from tests.chaos_discord.run import chaos

if __name__ == "__main__":
    sys.exit(main(chaos, Path("var/chaos-discord.log")))
