"""`make chaos-chat`: see `tests.chaos_chat.main`."""

import sys
from pathlib import Path

from tests.chaos_both.run import chaos
from tests.chaos_chat.main import main

if __name__ == "__main__":
    sys.exit(main(chaos, Path("var/chaos-chat.log")))
