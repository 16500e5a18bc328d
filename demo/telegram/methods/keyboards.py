"""Buttons under a message, checked as the server checks them."""

from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.types import Json

ACTIONS = ("callback_data", "url", "web_app")


def inline_keyboard(markup: Json) -> Json | None:
    """The InlineKeyboardMarkup that a message keeps; None without any button. Raises ApiError 400."""
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        raise bad_request('object expected as reply markup: field "inline_keyboard" must be of type Array')
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _is_row(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(button, dict) for button in row)


def _button(button: Json) -> Json:
    if not button.get("text"):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not any(action in button for action in ACTIONS):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and "://" not in str(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return button
