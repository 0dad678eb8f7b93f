# The path $1 below /work, which names no folder above it. Sets $target; no link is followed.
target=/work
rest=$1
while :; do
    target=$target/${rest%%/*}
    [ ! -L "$target" ] || fail "$1 leads through a link."
    [ "$rest" != "${rest#*/}" ] || break
    rest=${rest#*/}
done
