"""`make chaos-slack`: see `tests.chaos_chat.main`."""

import sys
from pathlib import Path

from tests.chaos_chat.main import main
from tests.chaos_slack.run import chaos

if __name__ == "__main__":
    sys.exit(main(chaos, Path("var/chaos-slack.log")))
