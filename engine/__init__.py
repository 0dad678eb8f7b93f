"""The engine: sessions, hosts, agents, events. Knows nothing of chat."""
