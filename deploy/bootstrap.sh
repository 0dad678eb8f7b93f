#!/usr/bin/env bash
# Makes this machine ready for all that `make` does; takes less than a second if it is.
#
#   bootstrap.sh               Python packages, a Docker Engine, the demo agent's image
#   bootstrap.sh --no-engine   only the Python packages
#   bootstrap.sh --browser     Chromium too, which some tests click with, and a font for its pictures
#
# Root on Debian or Ubuntu has what is missing installed; others are told the line to run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Where the system's own programs are, which not every user has on the path.
PATH=$PATH:/usr/sbin:/sbin

readonly given=" $* "
readonly python=.venv/bin/python
readonly inputs=(requirements/dev.txt pyproject.toml)
readonly stamp=.venv/halyard-inputs
readonly emoji=/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

main() {
    install_packages
    cat "${inputs[@]}" | cmp -s - "$stamp" || install_python
    if ! is_given --no-engine; then
        deploy/engine.sh start
        deploy/agents/build.sh demo >/dev/null
        $python -m deploy.images check var/engine-checked
    fi
}

is_given() {
    [[ $given == *" $1 "* ]]
}

install_packages() {
    local missing
    read -ra missing <<<"$(missing_packages | xargs)"
    if [[ ${#missing[@]} == 0 ]]; then return; fi
    if ! command -v apt-get >/dev/null; then
        fail "Halyard needs Python 3.11 or newer with venv: install it, then run this again."
    fi
    if [[ $EUID != 0 ]]; then
        fail "Run: sudo apt-get update && sudo apt-get install --yes ${missing[*]}"
    fi
    export DEBIAN_FRONTEND=noninteractive
    # A source that does not answer may be one that nothing here comes from: the install decides.
    apt-get update --quiet --quiet || echo "apt-get update had errors; going on." >&2
    apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}" >/dev/null
}

# Names what has to be installed. Elsewhere than on Debian and Ubuntu, Docker and Chromium are the
# user's business.
missing_packages() {
    works $python || find_python >/dev/null || echo python3-venv
    if ! command -v apt-get >/dev/null; then return; fi
    if is_given --browser; then
        command -v chromium >/dev/null || echo chromium
        command -v chromedriver >/dev/null || echo chromium-driver
        [[ -e $emoji ]] || echo fonts-noto-color-emoji
    fi
    if is_given --no-engine; then return; fi
    if [[ -z ${DOCKER_HOST:-} ]]; then
        command -v dockerd >/dev/null || echo docker.io
        command -v iptables >/dev/null || echo iptables
    fi
    command -v debootstrap >/dev/null || echo debootstrap
}

install_python() {
    # Half-made, it does not work: begin anew.
    works $python || "$(find_python)" -m venv --clear .venv
    # All that is needed is pinned. Left to resolve, pip may choose a newer release for a
    # dependency that is named with an extra, and then refuse it for having no hash.
    $python -m pip install --quiet --quiet --no-deps --require-hashes --requirement requirements/dev.txt
    $python -m pip install --quiet --quiet --no-deps --no-build-isolation --editable .
    cat "${inputs[@]}" >"$stamp"
}

# The first Python on the path that is new enough and can make an environment.
find_python() {
    local candidate
    while read -r candidate; do
        if works "$candidate"; then
            echo "$candidate"
            return
        fi
    done < <(type -ap python3 python3.14 python3.13 python3.12 python3.11)
    return 1
}

works() {
    "$1" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

fail() {
    echo "$*" >&2
    exit 1
}

main "$@"
