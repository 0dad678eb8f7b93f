# What each of the folders holds, in bytes, a line each. Files come and go while a live agent is
# measured.
for folder; do
    du -s --block-size=1 "$folder" 2>/dev/null | cut -f 1
done
