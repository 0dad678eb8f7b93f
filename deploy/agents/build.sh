#!/usr/bin/env bash
# Makes the image of an agent, if its inputs changed: build.sh NAME. Its name is the last line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec "${PYTHON:-.venv/bin/python}" -m deploy.images agent "$@"
