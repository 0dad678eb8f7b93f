#!/usr/bin/env bash
# engine.sh start   starts dockerd if no Docker Engine answers, and remembers that it did
# engine.sh stop    stops the dockerd that was started here, and no other
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly started_file=var/dockerd.started
readonly log_file=var/dockerd.log
readonly host=${DOCKER_HOST:-unix:///var/run/docker.sock}

main() {
    case ${1:-} in
        start) answers || start ;;
        stop) if [[ -f $started_file ]]; then stop; fi ;;
        *) fail "Usage: deploy/engine.sh start | stop" ;;
    esac
}

answers() {
    .venv/bin/python -c 'import docker; docker.from_env(timeout=5).ping()' 2>/dev/null
}

start() {
    local is_ours=no pid
    if [[ $host == unix://* && $EUID == 0 ]] && command -v dockerd >/dev/null; then is_ours=yes; fi
    [[ $is_ours == yes ]] || fail "No Docker Engine answers at $host: start one that \
$(id -un) may use, or run this as root on Debian or Ubuntu."

    mkdir -p var
    # A session of its own: what ends this shell's terminal or job must not end the Engine.
    setsid dockerd ${DOCKER_HOST:+--host "$DOCKER_HOST"} </dev/null >"$log_file" 2>&1 &
    pid=$!
    mark "$pid" >"$started_file"
    for _ in {1..120}; do
        if answers; then return; fi
        if ! kill -0 "$pid" 2>/dev/null; then break; fi
        sleep 0.5
    done
    tail -n 5 "$log_file" >&2
    fail "dockerd does not answer at $host; $log_file says why."
}

stop() {
    local pid
    read -r pid _ <"$started_file"
    if [[ $(mark "$pid") == "$(<"$started_file")" ]]; then
        kill "$pid"
        for _ in {1..120}; do
            if [[ -z $(mark "$pid") ]]; then break; fi
            sleep 0.5
        done
    fi
    rm -f "$started_file"
}

# Prints a process's number and when it started, for numbers are given out again; or nothing.
mark() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    read -ra fields <<<"${stat##*) }"
    # A process that has ended but that nobody waited for is as good as gone.
    if [[ ${fields[0]} != Z ]]; then echo "$1 ${fields[19]}"; fi
}

fail() {
    echo "$*" >&2
    exit 1
}

main "$@"
