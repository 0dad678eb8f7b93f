# What the work folder holds, in bytes. Files come and go while a live agent is measured.
du -s --block-size=1 /work 2>/dev/null | cut -f 1
