# Push the branch $2 of the bundle in the home folder to the address $1. Of what the bundle stands
# on only the commits themselves are fetched or, where the source does not give them, everything.
bundle=$HOME/bundle
git init -q --bare --template= "$HOME/clean.git"
export GIT_DIR="$HOME/clean.git"
address=$1
branch=$2

set --
for commit in $(sed -n '/^$/q; s/^-\([0-9a-f]\{40,64\}\).*/\1/p' "$bundle" | head -n 50); do
    set -- "$@" "+$commit:refs/needed/$commit"
done
[ $# -gt 0 ] || fail "The bundle does not stand on any commit of the source."
remote_git fetch -q --depth=1 --no-tags "$address" "$@" 2>/dev/null ||
    remote_git fetch -q "$address" '+refs/heads/*:refs/source/*' '+refs/tags/*:refs/tags/*'

git bundle verify -q "$bundle" 2>/dev/null ||
    fail "The bundle is damaged, or stands on commits that the source does not have."
GIT_ALLOW_PROTOCOL=file git -c fetch.fsckObjects=true \
    fetch -q --no-tags "$bundle" "+refs/heads/$branch:refs/heads/$branch"

if ! remote_git -c advice.pushUpdateRejected=false \
    push -q "$address" "refs/heads/$branch:refs/heads/$branch" 2>/tmp/refusal; then
    ! grep -qE '\((fetch first|non-fast-forward)\)' /tmp/refusal ||
        fail "The source's branch $branch has commits that this session does not have."
    fail "$(grep -m 1 '! \[' /tmp/refusal || grep -m 1 '^ERROR: ' /tmp/refusal || tail -n 1 /tmp/refusal)"
fi
git rev-parse --verify "refs/heads/$branch"
