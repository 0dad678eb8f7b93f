# Fill the work volume. $1: the address, or the path of a bundle; $2: branch or tag, or nothing.
# Everything is made in a folder of our own, and a rename of .git is the one step that finishes it.
half=/work/.halyard-prepare

if [ ! -d "$half" ] && [ -n "$(ls -A /work)" ]; then
    fail "The work folder holds files, but no clone that Halyard made."
fi
find /work -mindepth 1 -delete
mkdir "$half"

set -- "$1" ${2:+--branch "$2"}
address=$1
shift
case "$address" in
/*)
    git bundle list-heads "$address" >/dev/null 2>&1 || fail "The bundle of the source is damaged."
    GIT_ALLOW_PROTOCOL=file git clone -q --no-checkout --template= "$@" -- "$address" "$half/clone"
    ;;
*) remote_git clone -q --no-checkout --template= "$@" -- "$address" "$half/clone" ;;
esac

own_git() {
    git --git-dir="$half/clone/.git" --work-tree=/work "$@"
}
start=$(own_git rev-parse --verify -q 'HEAD^{commit}') ||
    fail "The source has no commit to start from."
case "$address" in
/*) own_git remote remove origin ;;
esac
own_git config user.name "$GIT_AUTHOR_NAME"
own_git config user.email "$GIT_AUTHOR_EMAIL"
own_git reset -q --hard
mkdir -p "$half/clone/.git/info"
printf '%s\n' "$start" >"$half/clone/.git/halyard-start"
mv "$half/clone/.git" /work/.git
rmdir "$half/clone" "$half"
printf '%s\n' "$start"
