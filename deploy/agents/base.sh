#!/usr/bin/env bash
# Makes the image that all agents stand on, if its inputs changed; its name is the last line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec "${PYTHON:-.venv/bin/python}" -m deploy.images base
