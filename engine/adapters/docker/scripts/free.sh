# Free bytes where the Engine keeps its volumes.
df --block-size=1 --output=avail "$HOME" | tail -n 1
