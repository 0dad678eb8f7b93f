"""Docker hosts: containers, volumes and networks of sessions on a Docker Engine."""
