# Print the start commit if the work volume is filled already.
[ ! -s /work/.git/halyard-start ] || cat /work/.git/halyard-start
