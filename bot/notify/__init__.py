"""From events to posts and cards: what a chat shows of what happened."""
