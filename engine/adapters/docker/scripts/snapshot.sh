# Commit what is uncommitted and not ignored, beside the agent's repository and not in it: its
# branch, index and configuration stay as they are, and no hook, filter or program that they name
# runs. $1: the start commit. Sets $start and $commit.
start=$1
out=$HOME/out
clean=$HOME/clean
mkdir "$out"

agents_git() {
    git --git-dir=/work/.git -c core.hooksPath=/dev/null -c core.fsmonitor=false "$@"
}

if [ ! -d /work/.git ] || [ -L /work/.git ]; then
    fail "The work folder holds no repository any more."
fi
head=$(agents_git rev-parse --verify -q 'HEAD^{commit}') ||
    fail "The work folder's repository has no commit any more."
# What an earlier bundle held: it was pushed, so what comes now must go on from it.
earlier=$(agents_git rev-parse --verify -q 'refs/halyard/work^{commit}') || earlier=$head

git init -q --template= "$clean"
mkdir -p "$clean/.git/objects/info"
printf '/work/.git/objects\n' >"$clean/.git/objects/info/alternates"
export GIT_DIR="$clean/.git" GIT_WORK_TREE=/work
git cat-file -e "$start^{commit}" 2>/dev/null ||
    fail "The commit that the session started from is gone from the work folder."

add_all() {
    git -c core.excludesFile=/work/.git/info/exclude -c advice.addEmbeddedRepo=false add -A -- /work
}
git read-tree "$head"
add_all || add_all # A file may change while it is read.
tree=$(git write-tree)

is_in() {
    git merge-base --is-ancestor "$1" "$2"
}
base=$head
merged=
if ! is_in "$earlier" "$head"; then
    if is_in "$head" "$earlier"; then base=$earlier; else merged=$earlier; fi
fi
if [ -z "$merged" ] && [ "$tree" = "$(git rev-parse "$base^{tree}")" ]; then
    commit=$base
else
    commit=$(git commit-tree "$tree" -p "$base" ${merged:+-p "$merged"} -m "Work as it stands")
fi
