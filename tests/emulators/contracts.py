"""Where the official descriptions of the platforms are."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]


def contracts_folder() -> Path:
    """Where the official files are, if they are anywhere."""
    return Path(os.environ.get("HALYARD_CONTRACTS") or ROOT.parent / "shared" / "contracts")
