# What every short-lived container starts with. Nothing of the machine's or the user's own
# configuration counts, and nothing asks a question.
export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_NAME=Halyard GIT_AUTHOR_EMAIL=halyard@localhost
export GIT_COMMITTER_NAME=Halyard GIT_COMMITTER_EMAIL=halyard@localhost

# Its line on stderr is what the person is told.
fail() {
    printf '%s\n' "$1" >&2
    exit 3
}
