# Write a bundle of the commits since the start commit. $2: the branch; $3: how large it may be.
[ "$(git rev-list --count "$start..$commit")" -gt 0 ] ||
    fail "There is nothing new since the session started."
git update-ref "refs/heads/$2" "$commit"
git bundle create -q "$out/bundle" "refs/heads/$2" "^$start"
size=$(stat -c %s "$out/bundle")
[ "$size" -le "$3" ] || fail "The work is $size bytes large; at most $3 are taken."

# Keep the commits with the agent's own, so that the next bundle goes on from them.
printf '%s\n' "$commit" "^$head" |
    git pack-objects -q --revs --stdout |
    GIT_DIR=/work/.git git -c core.hooksPath=/dev/null -c core.fsmonitor=false unpack-objects -q
agents_git update-ref refs/halyard/work "$commit"
git rev-parse --verify "refs/heads/$2"
