# Copy the target out. $2: how many bytes it may have.
[ -e "$target" ] || fail "$1 is not there."
[ -f "$target" ] || fail "$1 is not a plain file."
size=$(stat -c %s "$target")
[ "$size" -le "$2" ] || fail "$1 is $size bytes large; at most $2 are taken."
mkdir "$HOME/out"
cp "$target" "$HOME/out/content"
