"""What Halyard is run with: images of agents, and the scripts that make a machine ready."""
