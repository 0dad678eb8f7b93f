"""What Discord refuses, asserted of a message before it is sent."""

from typing import Any

from bot.discord.draft import Draft


def width(text: str) -> int:
    return max(len(text), len(text.encode("utf-16-le")) // 2)


def assert_sendable(draft: Draft) -> None:
    """Assert that Discord would take this message."""
    body = draft.body
    assert width(body["content"]) <= 2000
    assert body["content"].strip() or body["embeds"] or draft.files
    assert body["allowed_mentions"]["parse"] == []
    assert sum(_embed(embed) for embed in body["embeds"]) <= 6000
    assert_pressable(body["components"])
    assert len(draft.files) <= 10
    names = [file.name for file in draft.files]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 120 for name in names)


def assert_pressable(rows: list[dict[str, Any]]) -> None:
    assert len(rows) <= 5
    buttons = [button for row in rows for button in row["components"]]
    assert all(1 <= len(row["components"]) <= 5 for row in rows)
    assert all(1 <= width(button["label"]) <= 80 for button in buttons)
    ids = [button["custom_id"] for button in buttons]
    assert len(set(ids)) == len(ids)
    assert all(1 <= len(id_) <= 100 for id_ in ids)


def _embed(embed: dict[str, Any]) -> int:
    title, description = embed.get("title", ""), embed.get("description", "")
    footer = embed.get("footer", {}).get("text", "")
    assert width(title) <= 256
    assert width(description) <= 4096
    assert width(footer) <= 2048
    assert len(embed["fields"]) <= 25
    for field in embed["fields"]:
        assert 1 <= width(field["name"].strip()) <= 256
        assert 1 <= width(field["value"].strip()) <= 1024
    assert (title or description).strip()
    shown = [title, description, footer]
    shown += [field["name"] + field["value"] for field in embed["fields"]]
    return sum(map(width, shown))
