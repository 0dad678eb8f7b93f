# Write the content in the home folder to the target.
[ ! -d "$target" ] || fail "$1 is a folder."
mkdir -p "$(dirname "$target")"
cp "$HOME/content" "$target.halyard-part"
mv -fT "$target.halyard-part" "$target"
