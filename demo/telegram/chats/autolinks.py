"""What Telegram finds in plain text by itself: commands, mentions and links; and how it trims."""

import re

from demo.telegram.chats.entities import Entity, FormattedText, utf16_length

FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?<![\w/@<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/@<>])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{2,31})\b"
)
OPAQUE = {"code", "pre", "text_link", "text_mention"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def with_links(written: FormattedText) -> FormattedText:
    """Adds the entities that the server finds, except inside code and links."""
    closed = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in written.entities
        if entity["type"] in OPAQUE
    ]
    found: list[Entity] = []
    for match in FOUND.finditer(written.text):
        offset, length = utf16_length(written.text[: match.start()]), utf16_length(match[0])
        if not any(begin < offset + length and offset < end for begin, end in closed):
            found.append({"type": str(match.lastgroup), "offset": offset, "length": length})
    entities = sorted([*written.entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))
    return FormattedText(written.text, tuple(entities))


def trimmed(written: FormattedText) -> FormattedText:
    """Without blanks at either end; entities are moved and cut accordingly."""
    clean = CONTROL.sub(" ", written.text)
    text = clean.strip()
    if text == written.text:
        return written
    lead = utf16_length(clean[: len(clean) - len(clean.lstrip())])
    limit = utf16_length(text)
    entities = []
    for entity in written.entities:
        begin = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, limit)
        if begin < end:
            entities.append(entity | {"offset": begin, "length": end - begin})
    return FormattedText(text, tuple(entities))
