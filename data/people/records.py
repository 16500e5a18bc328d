"""What is kept of one person, in figures, for them to know."""

from dataclasses import dataclass
from datetime import datetime

from data.database.connection import Database


@dataclass(frozen=True, slots=True)
class Record:
    """How much there is of one person.

    Attributes:
        photos: they sent, each once.
        spoken_of: how many of those an accepted or waiting correction keeps.
        oldest: when the first of the others came.
        waiting, accepted, rejected: corrections they made.
        praise: how often they said that an answer was right.
        told: facts that their private chat has heard.
        albums: of theirs that are noted, for whoever asks about one of the pictures.
        tries: invitation codes that let them in nowhere.
        set_aside: messages of theirs that could not be handled.
        cousin: the key of whom they are known to be.
        language: the one they chose, else the one their Telegram or browser has.
        chose_language: whether they chose it.
    """

    photos: int
    spoken_of: int
    oldest: datetime | None
    waiting: int
    accepted: int
    rejected: int
    praise: int
    told: int
    albums: int
    tries: int
    set_aside: int
    cousin: str | None
    language: str | None
    chose_language: bool

    @property
    def besides_photos(self) -> bool:
        """Whether there is anything that goes with the photos, and may be there without them. Tries stay."""
        return bool(self.told or self.albums or self.set_aside or self.cousin or self.chose_language)


_SPOKEN_OF = (
    "EXISTS (SELECT 1 FROM guesses JOIN statements ON statements.guess_id = guesses.id"
    " WHERE guesses.photo_id = photos.id AND statements.status != 'rejected')"
)


class Records:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int) -> Record:
        photos = await self._database.row(
            "SELECT count(DISTINCT sha256) AS photos, count(DISTINCT iif(spoken_of, sha256, NULL)) AS spoken_of,"
            " min(iif(spoken_of, NULL, at)) AS oldest"
            f" FROM (SELECT sha256, at, {_SPOKEN_OF} AS spoken_of FROM photos WHERE sender = ?)",
            (user_id,),
        )
        said = await self._database.rows(
            "SELECT status, count(*) AS count FROM statements WHERE said_by = ? GROUP BY status", (user_id,)
        )
        known_as = await self._database.row("SELECT cousin FROM selves WHERE user_id = ?", (user_id,))
        spoken = await self._database.row("SELECT chosen, told FROM languages WHERE reader = ?", (user_id,))
        assert photos is not None
        counts = {row["status"]: int(row["count"]) for row in said}
        return Record(
            photos=photos["photos"],
            spoken_of=photos["spoken_of"],
            oldest=datetime.fromisoformat(photos["oldest"]) if photos["oldest"] else None,
            waiting=counts.get("proposed", 0),
            accepted=counts.get("accepted", 0),
            rejected=counts.get("rejected", 0),
            praise=await self._database.count("SELECT count(*) FROM praise WHERE said_by = ?", (user_id,)),
            told=await self._database.count("SELECT count(*) FROM told_facts WHERE chat_id = ?", (user_id,)),
            albums=await self._database.count(
                "SELECT count(*) FROM (SELECT DISTINCT chat_id, album FROM albums WHERE sender = ?)", (user_id,)
            ),
            tries=await self._database.count("SELECT count(*) FROM invitation_tries WHERE user_id = ?", (user_id,)),
            set_aside=await self._database.count(
                "SELECT count(*) FROM updates WHERE set_aside = 1 AND json_valid(body)"
                " AND coalesce(body ->> '$.message.from.id', body ->> '$.edited_message.from.id',"
                " body ->> '$.callback_query.from.id', body ->> '$.message_reaction.user.id') = ?",
                (user_id,),
            ),
            cousin=known_as["cousin"] if known_as else None,
            language=(spoken["chosen"] or spoken["told"]) if spoken else None,
            chose_language=bool(spoken and spoken["chosen"]),
        )
