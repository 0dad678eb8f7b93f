# What changed since the start commit. $2: how many bytes of the difference are wanted.
difference() {
    git diff --no-ext-diff --no-textconv --no-color "$@" "$start" "$commit"
}
difference --binary | head -c "$(($2 + 1))" >"$out/diff"
difference --name-only -z | tr -cd '\000' | wc -c
printf '%s\n' "$commit"
