"""A tiny bot, with the real client, that does a little of everything a family bot does."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatAction
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from demo.telegram.server import LocalTelegram

Context = ContextTypes.DEFAULT_TYPE
BUTTONS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("✓", callback_data="yes"), InlineKeyboardButton("✗", callback_data="no")]]
)


def application(telegram: LocalTelegram) -> Application[Any, Any, Any, Any, Any, Any]:
    builder = ApplicationBuilder().token(telegram.token)
    return builder.base_url(f"{telegram.url}/bot").base_file_url(f"{telegram.url}/file/bot").build()


async def start(update: Update, context: Context) -> None:
    assert update.message
    assert update.effective_user
    await update.message.reply_html(
        f"Hello <b>{update.effective_user.first_name}</b>! Send me a photo of a <i>cousin</i>, or see /help."
    )


async def photo(update: Update, context: Context) -> None:
    """Downloads it, sends the same picture back with a guess."""
    assert update.message
    await update.message.reply_chat_action(ChatAction.TYPING)
    file = await update.message.photo[-1].get_file()
    content = bytes(await file.download_as_bytearray())
    await update.message.reply_photo(
        content,
        caption="I think that is <b>Charlie Brown</b> (96 %).\n<blockquote>Ask about his kite.</blockquote>",
        parse_mode="HTML",
        reply_markup=BUTTONS,
        reply_to_message_id=update.message.message_id,
    )


async def document(update: Update, context: Context) -> None:
    assert update.message
    assert update.message.document
    file = await update.message.document.get_file()
    content = bytes(await file.download_as_bytearray())
    await update.message.reply_document(content, filename="back.bin", caption=f"{len(content)} bytes")


async def pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    await query.answer("Thank you!", show_alert=query.data == "no")
    await query.edit_message_caption("It was <b>Linus</b>, I will remember.", parse_mode="HTML")


async def text(update: Update, context: Context) -> None:
    assert update.message
    assert update.message.text
    await update.message.reply_text(update.message.text)


@contextlib.asynccontextmanager
async def small_bot(telegram: LocalTelegram) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """The bot, polling, from entry to exit."""
    bot = application(telegram)
    bot.add_handlers(
        [
            CommandHandler("start", start),
            CallbackQueryHandler(pressed),
            MessageHandler(filters.PHOTO, photo),
            MessageHandler(filters.Document.ALL, document),
            MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, text),
        ]
    )
    async with bot:
        await bot.start()
        assert bot.updater
        await bot.updater.start_polling(timeout=10)
        try:
            yield bot
        finally:
            await bot.updater.stop()
            await bot.stop()
