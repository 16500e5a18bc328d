"""The store's schema, as the list of steps that made it. How long each table keeps a row: `data.store.pruning`.

A step is never edited once released: a database made by any earlier version is brought up to date by
running the steps it has not seen. `PRAGMA user_version` counts those it has.
"""

from collections.abc import Awaitable, Callable

import aiosqlite

from data import wording
from data.database.connection import now, whole

Migration = Callable[[aiosqlite.Connection], Awaitable[None]]


class StoreError(Exception):
    """The database cannot be used; the message is one sentence for the person who runs the bot."""


async def journal(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE updates (
            update_id   INTEGER PRIMARY KEY,
            body        TEXT,                       -- the raw JSON; erased once the update is finished
            received_at TEXT NOT NULL,
            finished_at TEXT,
            failures    INTEGER NOT NULL DEFAULT 0,
            set_aside   INTEGER NOT NULL DEFAULT 0,
            error       TEXT
        ) STRICT""")
    await db.execute("CREATE INDEX updates_waiting ON updates (update_id) WHERE finished_at IS NULL")


async def people(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE people (
            user_id INTEGER PRIMARY KEY,
            role    TEXT NOT NULL CHECK (role IN ('guest', 'blocked', 'outsider')),
            name    TEXT,                           -- of guests only: nothing is kept of outsiders
            since   TEXT NOT NULL
        ) STRICT""")


async def answers(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE answers (
            id               INTEGER PRIMARY KEY,
            chat_id          INTEGER NOT NULL,
            asked_message_id INTEGER NOT NULL,
            message_id       INTEGER,               -- NULL until the answer was sent
            has_picture      INTEGER NOT NULL DEFAULT 0,
            notes            TEXT NOT NULL,         -- JSON list: lines about photos that could not be read
            at               TEXT NOT NULL,
            UNIQUE (chat_id, asked_message_id)
        ) STRICT""")
    await db.execute("CREATE INDEX answers_by_message ON answers (chat_id, message_id)")
    await db.execute("""
        CREATE TABLE photos (
            id        INTEGER PRIMARY KEY,
            answer_id INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE,
            sha256    TEXT NOT NULL,
            sender    INTEGER NOT NULL,
            at        TEXT NOT NULL
        ) STRICT""")
    await db.execute("CREATE INDEX photos_by_answer ON photos (answer_id)")
    await db.execute("CREATE INDEX photos_by_sender ON photos (sender)")
    await db.execute("CREATE INDEX photos_by_sha256 ON photos (sha256)")
    await db.execute("""
        CREATE TABLE guesses (
            id         INTEGER PRIMARY KEY,
            photo_id   INTEGER NOT NULL REFERENCES photos ON DELETE CASCADE,
            number     INTEGER NOT NULL,            -- of the face in its answer, from 1
            box_left   REAL NOT NULL,               -- fractions of the upright photo's width and height
            box_top    REAL NOT NULL,
            box_right  REAL NOT NULL,
            box_bottom REAL NOT NULL,
            found      INTEGER NOT NULL,
            cousin     TEXT,                        -- NULL: nobody we know
            confidence REAL NOT NULL,
            candidates TEXT NOT NULL,               -- JSON list of cousins, best first
            fact       TEXT,                        -- the one that was told
            embedding  BLOB NOT NULL,               -- float32
            space      TEXT NOT NULL,               -- the network that made the embedding, and how
            version    TEXT NOT NULL
        ) STRICT""")
    await db.execute("CREATE INDEX guesses_by_photo ON guesses (photo_id)")


async def corrections(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE corrections (
            id            INTEGER PRIMARY KEY,
            guess_id      INTEGER NOT NULL REFERENCES guesses ON DELETE CASCADE,
            verdict       TEXT NOT NULL CHECK (verdict IN ('is', 'not', 'stranger', 'not_a_face')),
            cousin        TEXT,
            said_by       INTEGER NOT NULL,
            at            TEXT NOT NULL,
            status        TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'rejected')),
            decided_by    INTEGER,
            decided_at    TEXT,
            first_used_by TEXT,
            CHECK ((cousin IS NOT NULL) = (verdict IN ('is', 'not'))),
            CHECK ((decided_at IS NULL) = (status = 'proposed'))
        ) STRICT""")
    await db.execute("CREATE INDEX corrections_by_guess ON corrections (guess_id)")
    await db.execute("""
        CREATE TABLE praise (
            guess_id INTEGER NOT NULL REFERENCES guesses ON DELETE CASCADE,
            said_by  INTEGER NOT NULL,
            at       TEXT NOT NULL,
            PRIMARY KEY (guess_id, said_by)
        ) STRICT""")


async def conversation(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE buttons (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- an id is never given to a second button
            chat_id       INTEGER NOT NULL,
            action        TEXT NOT NULL,
            guess_id      INTEGER REFERENCES guesses ON DELETE CASCADE,
            correction_id INTEGER REFERENCES corrections ON DELETE CASCADE,
            person        INTEGER,
            cousin        TEXT
        ) STRICT""")
    await db.execute("CREATE INDEX buttons_by_guess ON buttons (guess_id)")
    await db.execute("CREATE INDEX buttons_by_correction ON buttons (correction_id)")
    await db.execute("""
        CREATE TABLE prompts (                      -- questions to which an admin types the answer
            chat_id    INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            asked_of   INTEGER NOT NULL,
            guess_id   INTEGER NOT NULL REFERENCES guesses ON DELETE CASCADE,
            at         TEXT NOT NULL,
            PRIMARY KEY (chat_id, message_id)
        ) STRICT""")
    await db.execute("""
        CREATE TABLE told_facts (
            chat_id INTEGER NOT NULL,
            cousin  TEXT NOT NULL,
            fact    TEXT NOT NULL,
            turn    INTEGER NOT NULL,
            PRIMARY KEY (chat_id, cousin, fact)
        ) STRICT""")


async def runs(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE runs (
            id          INTEGER PRIMARY KEY,
            pid         INTEGER NOT NULL,
            started_at  TEXT NOT NULL,
            finished_at TEXT,
            outcome     TEXT,
            version     TEXT,
            message     TEXT
        ) STRICT""")


async def runners_up(db: aiosqlite.Connection) -> None:
    # JSON list of [cousin, probability]: who else it may well be, likeliest first
    await db.execute("ALTER TABLE guesses ADD COLUMN runners_up TEXT NOT NULL DEFAULT '[]'")


async def following_runs(db: aiosqlite.Connection) -> None:
    for column in ("why TEXT", "doing TEXT", "done INTEGER", "total INTEGER", "cancelled_by INTEGER"):
        await db.execute(f"ALTER TABLE runs ADD COLUMN {column}")
    # 1: the admins wait to be told how it ended
    await db.execute("ALTER TABLE runs ADD COLUMN followed INTEGER NOT NULL DEFAULT 0")
    await db.execute("""
        CREATE TABLE run_messages (                 -- that show how far a run is
            run_id     INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            chat_id    INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            PRIMARY KEY (run_id, chat_id)
        ) STRICT""")
    await db.execute("ALTER TABLE buttons ADD COLUMN run_id INTEGER REFERENCES runs ON DELETE CASCADE")
    await db.execute("ALTER TABLE buttons ADD COLUMN version TEXT")


async def review_pages(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE review_pages (                 -- the page of the review that is open in a chat
            chat_id     INTEGER PRIMARY KEY,
            message_id  INTEGER NOT NULL,
            has_picture INTEGER NOT NULL,
            corrections TEXT NOT NULL               -- JSON list: the numbered proposals, in order
        ) STRICT""")


async def asked(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE asked (                        -- photos sent, also those that could not be read
            chat_id    INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            photos     INTEGER NOT NULL,
            at         TEXT NOT NULL,
            PRIMARY KEY (chat_id, message_id)
        ) STRICT""")
    await db.execute(
        "INSERT INTO asked (chat_id, message_id, photos, at)"
        " SELECT chat_id, asked_message_id, json_array_length(notes)"
        " + (SELECT count(*) FROM photos WHERE photos.answer_id = answers.id), at FROM answers"
    )


async def sent_messages(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE sent (                         -- what was sent for an unfinished update
            update_id INTEGER NOT NULL REFERENCES updates ON DELETE CASCADE,
            step      TEXT NOT NULL,
            message   TEXT NOT NULL,                -- Telegram's answer: the message as JSON
            PRIMARY KEY (update_id, step)
        ) STRICT""")


async def invites(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE invites (
            id         INTEGER PRIMARY KEY,
            code       TEXT NOT NULL UNIQUE,
            made_by    INTEGER NOT NULL,
            asked_in   INTEGER NOT NULL,            -- the message that asked for it
            made_at    TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            revoked_at TEXT,
            UNIQUE (made_by, asked_in)
        ) STRICT""")
    await db.execute("ALTER TABLE buttons ADD COLUMN invite_id INTEGER REFERENCES invites ON DELETE CASCADE")
    await db.execute("CREATE INDEX buttons_by_invite ON buttons (invite_id)")


async def moved_groups(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE moved_groups (                 -- groups that became supergroups, which have another id
            new_id INTEGER PRIMARY KEY,
            old_id INTEGER NOT NULL
        ) STRICT""")


async def flaws(db: aiosqlite.Connection) -> None:
    await db.execute("ALTER TABLE guesses ADD COLUMN flaw TEXT")  # NULL: none that kept the face from being named


async def statements(db: aiosqlite.Connection) -> None:
    # What a person says of a face has one name from the button to the training set.
    await db.execute("ALTER TABLE corrections RENAME TO statements")
    for table, old, new in (
        ("statements", "verdict", "says"),
        ("buttons", "correction_id", "statement_id"),
        ("review_pages", "corrections", "statements"),
    ):
        await db.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


async def faces_as_recognized(db: aiosqlite.Connection) -> None:
    # Of earlier guesses the probabilities of the candidates were not kept, nor how alike the face was.
    await db.execute("ALTER TABLE guesses ADD COLUMN similarity REAL NOT NULL DEFAULT -1")
    await db.execute(
        "UPDATE guesses SET candidates ="
        " (SELECT json_group_array(json_array(value, 0.0)) FROM json_each(guesses.candidates))"
    )


async def lifetimes(db: aiosqlite.Connection) -> None:
    await db.execute("ALTER TABLE buttons ADD COLUMN made_at TEXT NOT NULL DEFAULT ''")
    await db.execute("UPDATE buttons SET made_at = ?", (now(),))
    await db.execute("""
        CREATE TABLE handled_updates (              -- of which nothing but the id is left
            update_id INTEGER PRIMARY KEY
        ) STRICT""")


async def library(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE library_files (                -- the labelled photos, in the folder of whoever they show
            file   BLOB PRIMARY KEY,                -- relative to photos/; bytes: old disks have names in any encoding
            cousin TEXT NOT NULL,                   -- whose folder it is
            sha256 TEXT NOT NULL,                   -- of the bytes as they came: what the photo is known by
            kept   TEXT NOT NULL,                   -- sha256 of the bytes of the file itself
            size   INTEGER NOT NULL,
            mtime  INTEGER NOT NULL,                -- nanoseconds; with the size it tells whether the file was changed
            name   TEXT,                            -- of the file as it came; NULL where it named somebody forgotten
            at     TEXT NOT NULL
        ) STRICT""")
    await db.execute("CREATE INDEX library_files_by_sha256 ON library_files (sha256)")
    await db.execute("""
        CREATE TABLE library_labels (               -- who is on a photo beside those in whose folders it lies, or where
            id         INTEGER PRIMARY KEY,
            sha256     TEXT NOT NULL,
            cousin     TEXT NOT NULL,
            box_left   REAL,                        -- fractions of the upright photo; NULL: somewhere on it
            box_top    REAL,
            box_right  REAL,
            box_bottom REAL,
            source     TEXT NOT NULL                -- who says so: `import`
        ) STRICT""")
    await db.execute(
        "CREATE UNIQUE INDEX library_labels_without_box ON library_labels (sha256, cousin, source)"
        " WHERE box_left IS NULL"
    )


async def keys_as_folders(db: aiosqlite.Connection) -> None:
    """Cousins are known by their folders' names as they are. Nothing changes here; that it was reached says that the
    folders of an earlier home have been looked at (see `actions.running.home_upgrade`)."""


async def library_arrivals(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE library_arrivals (             -- photos on their way into photos/, whose file is not noted yet
            kept   TEXT PRIMARY KEY,                -- sha256 of the bytes of the file that is written
            sha256 TEXT NOT NULL,                   -- of the bytes as they came
            name   TEXT,                            -- of the file as it came; NULL where it named somebody forgotten
            at     TEXT NOT NULL
        ) STRICT""")


async def changes(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE changes (                      -- renames, merges and imports: the newest can be taken back
            id     INTEGER PRIMARY KEY AUTOINCREMENT,
            token  TEXT NOT NULL UNIQUE,            -- of its plan: one that is finished twice is one change
            kind   TEXT NOT NULL CHECK (kind IN ('rename', 'merge', 'import')),
            old    TEXT,                            -- the key that is no more; NULL of an import
            new    TEXT,                            -- the key that there is instead
            photos INTEGER NOT NULL,
            undo   TEXT,                            -- JSON: what taking it back needs; NULL once it was taken back
            at     TEXT NOT NULL
        ) STRICT""")
    await db.execute("""
        CREATE TABLE rename_prompts (               -- questions to which an admin types a cousin's right name
            chat_id    INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            asked_of   INTEGER NOT NULL,
            cousin     TEXT NOT NULL,
            at         TEXT NOT NULL,
            PRIMARY KEY (chat_id, message_id)
        ) STRICT""")
    await db.execute("ALTER TABLE buttons ADD COLUMN name TEXT")  # the right name, or into whom somebody is merged


async def forgettings(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE forgettings (                  -- that guests asked for, by a tap on this message
            chat_id    INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            photos     INTEGER NOT NULL,            -- how many there were
            waits      INTEGER NOT NULL DEFAULT 0,  -- 1: all is deleted, but still in the write-ahead log
            told_at    TEXT,                        -- NULL until nothing is left, and that was said
            PRIMARY KEY (chat_id, message_id)
        ) STRICT""")


async def decisions(db: aiosqlite.Connection) -> None:
    # Clocks are set wrong and set right again: which word is the last one goes by number.
    await db.execute("""
        CREATE TABLE decisions (                    -- one row
            number INTEGER PRIMARY KEY              -- of the last decision on a statement; never given twice
        ) STRICT""")
    await db.execute("ALTER TABLE statements ADD COLUMN decision INTEGER")  # NULL: nobody has decided
    await db.execute(
        "UPDATE statements SET decision = ordered.number FROM (SELECT id, dense_rank() OVER (ORDER BY decided_at)"
        " AS number FROM statements WHERE decided_at IS NOT NULL) AS ordered WHERE ordered.id = statements.id"
    )
    await db.execute("INSERT INTO decisions (number) SELECT coalesce(max(decision), 0) FROM statements")
    await db.execute("ALTER TABLE runs ADD COLUMN decisions INTEGER NOT NULL DEFAULT 0")  # the last one when it began
    await db.execute(
        "UPDATE runs SET decisions ="
        " (SELECT coalesce(max(decision), 0) FROM statements WHERE decided_at <= runs.started_at)"
    )


async def stated(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE stated (                       -- what an unfinished update has said or decided of a face
            update_id    INTEGER NOT NULL REFERENCES updates ON DELETE CASCADE,
            guess_id     INTEGER NOT NULL REFERENCES guesses ON DELETE CASCADE,
            statement_id INTEGER NOT NULL,
            PRIMARY KEY (update_id, guess_id)
        ) STRICT""")


async def guests_of_groups(db: aiosqlite.Connection) -> None:
    # The group through which a guest came, and when it was last known that they are in it. NULL: they came by a link,
    # as all who came before this was noted may have.
    await db.execute("ALTER TABLE people ADD COLUMN group_id INTEGER")
    await db.execute("ALTER TABLE people ADD COLUMN member_at TEXT")


async def shared_identities(db: aiosqlite.Connection) -> None:
    # Accounts under which many people write: as a group, as a channel, as Telegram itself.
    shared = "(1087968824, 136817688, 777000)"
    await db.execute(f"DELETE FROM people WHERE user_id IN {shared}")
    await db.execute(f"UPDATE photos SET sender = 0 WHERE sender IN {shared}")
    await db.execute(f"DELETE FROM prompts WHERE asked_of IN {shared}")


async def invitation_tries(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE invitation_tries (             -- messages with a code that lets nobody in
            user_id    INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            at         TEXT NOT NULL,
            PRIMARY KEY (user_id, message_id)
        ) STRICT""")


async def admins(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE admins (                       -- beside those in COUSINBOT_ADMINS
            user_id  INTEGER PRIMARY KEY,
            name     TEXT,
            added_by INTEGER NOT NULL,              -- 0: at the command line
            at       TEXT NOT NULL
        ) STRICT""")


async def pages(db: aiosqlite.Connection) -> None:
    await db.execute("ALTER TABLE buttons ADD COLUMN page INTEGER")  # of a list that is longer than one message


async def topics(db: aiosqlite.Connection) -> None:
    for table in ("prompts", "rename_prompts", "run_messages"):
        await db.execute(f"ALTER TABLE {table} ADD COLUMN topic INTEGER")  # of a forum; NULL: in none


async def albums(db: aiosqlite.Connection) -> None:
    for column in ("spoiler", "protected"):  # how the photo is to be treated where it is shown again
        await db.execute(f"ALTER TABLE photos ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
    await db.execute("""
        CREATE TABLE albums (                       -- their pictures, which Telegram never names together
            chat_id    INTEGER NOT NULL,
            album      TEXT NOT NULL,
            message_id INTEGER NOT NULL,
            sender     INTEGER,
            file_id    TEXT NOT NULL,               -- what Telegram is asked for it by
            size       INTEGER,                     -- bytes; NULL where Telegram does not say it
            spoiler    INTEGER NOT NULL,
            protected  INTEGER NOT NULL,
            at         TEXT NOT NULL,
            PRIMARY KEY (chat_id, album, message_id)
        ) STRICT""")
    await db.execute("CREATE INDEX albums_by_sender ON albums (sender)")


async def clock(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE clock (                        -- one row: what is believed of this machine's clock
            at          TEXT NOT NULL,              -- the latest time that was believed
            ahead_since TEXT                        -- what it said when it was first seen to run ahead
        ) STRICT""")
    await db.execute("INSERT INTO clock (at) VALUES (?)", (now(),))


async def web(db: aiosqlite.Connection) -> None:
    # Tokens of 256 random bits: nobody finds one by its SHA-256, and who reads the file can't sign in with it.
    await db.execute("""
        CREATE TABLE sign_in_links (                -- that let people in on the pages
            token_sha256 TEXT PRIMARY KEY,
            person       INTEGER,                   -- NULL: whoever opens it is somebody new, and says their name
            name         TEXT,                      -- theirs, where they are known
            is_admin     INTEGER NOT NULL,          -- somebody new becomes one
            once         INTEGER NOT NULL,          -- 0: an invitation, for several people
            made_at      TEXT NOT NULL,
            expires_at   TEXT NOT NULL,
            used_at      TEXT                       -- also when it was taken back
        ) STRICT""")
    await db.execute("""
        CREATE TABLE web_sessions (
            token_sha256 TEXT PRIMARY KEY,
            person       INTEGER NOT NULL,
            name         TEXT NOT NULL,
            made_at      TEXT NOT NULL,
            expires_at   TEXT NOT NULL
        ) STRICT""")
    await db.execute("CREATE INDEX web_sessions_by_person ON web_sessions (person)")
    await db.execute("""
        CREATE TABLE program_keys (
            name       TEXT PRIMARY KEY,
            key_sha256 TEXT NOT NULL UNIQUE,
            is_admin   INTEGER NOT NULL,
            made_at    TEXT NOT NULL
        ) STRICT""")


async def removed_photos(db: aiosqlite.Connection) -> None:
    await db.execute("ALTER TABLE changes RENAME TO earlier_changes")  # SQLite has no other way to a new CHECK
    await db.execute("""
        CREATE TABLE changes (                      -- of the cousins and their photos: the newest can be taken back
            id     INTEGER PRIMARY KEY AUTOINCREMENT,
            token  TEXT NOT NULL UNIQUE,            -- of its plan: one that is finished twice is one change
            kind   TEXT NOT NULL CHECK (kind IN ('rename', 'merge', 'import', 'removal')),
            old    TEXT,                            -- the key that is no more; NULL of an import
            new    TEXT,                            -- the key that there is instead
            photos INTEGER NOT NULL,
            undo   TEXT,                            -- JSON: what taking it back needs; NULL once it was taken back
            at     TEXT NOT NULL
        ) STRICT""")
    await db.execute("INSERT INTO changes SELECT * FROM earlier_changes")
    await db.execute("DROP TABLE earlier_changes")
    await db.execute("""
        CREATE TABLE removed_photos (               -- that were deleted on a page, while that can be taken back
            change_id INTEGER NOT NULL REFERENCES changes ON DELETE CASCADE,
            file      BLOB NOT NULL,                -- relative to the library's folder
            sha256    TEXT NOT NULL,                -- of the bytes as they came
            kept      TEXT NOT NULL,                -- sha256 of the content
            name      TEXT,                         -- of the file as it came
            at        TEXT NOT NULL,                -- when it came
            content   BLOB NOT NULL,
            PRIMARY KEY (change_id, file)
        ) STRICT""")


async def pointed_faces(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE pointed_faces (                -- which face of a labelled photo is the cousin's, as an admin said
            sha256     TEXT NOT NULL,               -- of the photo's bytes as they came
            cousin     TEXT NOT NULL,
            box_left   REAL,                        -- fractions of the upright photo; NULL: none of its faces
            box_top    REAL,
            box_right  REAL,
            box_bottom REAL,
            said_by    INTEGER NOT NULL,            -- 0: at the command line
            at         TEXT NOT NULL,
            PRIMARY KEY (sha256, cousin)
        ) STRICT""")


async def photo_years(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE photo_years (                  -- when photos were taken: their files say nothing any more
            sha256 TEXT PRIMARY KEY,                -- of the bytes as they came
            year   INTEGER,                         -- NULL: it was looked for, and is not known
            source TEXT CHECK (source IN ('camera', 'name'))
        ) STRICT""")
    await _let_years_go_with_photos(db)


_WITH_YEARS = ("library_files", "photos", "removed_photos")


async def _let_years_go_with_photos(db: aiosqlite.Connection) -> None:
    nowhere = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {table} WHERE sha256 = OLD.sha256)" for table in _WITH_YEARS)
    for table in _WITH_YEARS:
        await db.execute(
            f"CREATE TRIGGER year_of_{table} AFTER DELETE ON {table}"
            f" BEGIN DELETE FROM photo_years WHERE sha256 = OLD.sha256 AND {nowhere}; END"
        )


async def whole_pictures(db: aiosqlite.Connection) -> None:
    # 1: a version answered that looks for no faces
    await db.execute("ALTER TABLE guesses ADD COLUMN is_picture INTEGER NOT NULL DEFAULT 0")


async def answers_in_four_kinds(db: aiosqlite.Connection) -> None:
    await db.execute(
        "ALTER TABLE guesses ADD COLUMN answer TEXT NOT NULL DEFAULT 'nobody'"
        " CHECK (answer IN ('named', 'maybe', 'either', 'nobody'))"
    )
    await db.execute("UPDATE guesses SET answer = 'named' WHERE cousin IS NOT NULL")


async def sidecars(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE sidecars (                     -- whom we have named in which file beside a photo, outside the home
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            file       BLOB NOT NULL,               -- the whole path
            sha256     TEXT NOT NULL,               -- of the photo's bytes as they came
            cousin     TEXT NOT NULL,
            name       TEXT NOT NULL,               -- as it stands there
            box_left   REAL,                        -- fractions of the photo as it is stored; NULL: without a place
            box_top    REAL,
            box_right  REAL,
            box_bottom REAL,
            is_ours    INTEGER NOT NULL,            -- 1: we have made the file
            is_copy    INTEGER NOT NULL             -- 1: we have put the photo beside it there too
        ) STRICT""")
    await db.execute("CREATE INDEX sidecars_by_file ON sidecars (file)")


async def selves(db: aiosqlite.Connection) -> None:
    # how it was said, where not by a button: by a caption or a command, of somebody else or of oneself
    await db.execute("ALTER TABLE statements ADD COLUMN way TEXT CHECK (way IN ('taught', 'self'))")
    await db.execute("""
        CREATE TABLE selves (                       -- which cousin a person is
            user_id     INTEGER PRIMARY KEY,
            cousin      TEXT NOT NULL,
            accepted_by INTEGER NOT NULL,           -- 0: at the command line
            at          TEXT NOT NULL,
            told_at     TEXT                        -- NULL: they do not know yet that it was accepted
        ) STRICT""")
    await db.execute("CREATE INDEX selves_by_cousin ON selves (cousin)")


async def changes_of_any_kind(db: aiosqlite.Connection) -> None:
    # SQLite has no other way out of a CHECK. A table that is dropped would take along what refers to it, and years by
    # way of the triggers.
    for table in _WITH_YEARS:
        await db.execute(f"DROP TRIGGER year_of_{table}")
    await db.execute("ALTER TABLE removed_photos RENAME TO earlier_removed_photos")
    await db.execute("ALTER TABLE changes RENAME TO earlier_changes")
    await db.execute("""
        CREATE TABLE changes (                      -- of the cousins and their photos: the newest can be taken back
            id     INTEGER PRIMARY KEY AUTOINCREMENT,
            token  TEXT NOT NULL UNIQUE,            -- of its plan: one that is finished twice is one change
            kind   TEXT NOT NULL,                   -- rename, merge, import, removal, naming, grouping
            old    TEXT,                            -- the key that is no more; NULL of an import
            new    TEXT,                            -- the key that there is instead
            photos INTEGER NOT NULL,
            undo   TEXT,                            -- JSON: what taking it back needs; NULL once it was taken back
            at     TEXT NOT NULL
        ) STRICT""")
    await db.execute("INSERT INTO changes SELECT * FROM earlier_changes")
    await db.execute("""
        CREATE TABLE removed_photos (               -- that were deleted on a page, while that can be taken back
            change_id INTEGER NOT NULL REFERENCES changes ON DELETE CASCADE,
            file      BLOB NOT NULL,                -- relative to the library's folder
            sha256    TEXT NOT NULL,                -- of the bytes as they came
            kept      TEXT NOT NULL,                -- sha256 of the content
            name      TEXT,                         -- of the file as it came
            at        TEXT NOT NULL,                -- when it came
            content   BLOB NOT NULL,
            PRIMARY KEY (change_id, file)
        ) STRICT""")
    await db.execute("INSERT INTO removed_photos SELECT * FROM earlier_removed_photos")
    await db.execute("DROP TABLE earlier_removed_photos")
    await db.execute("DROP TABLE earlier_changes")
    await _let_years_go_with_photos(db)


async def sorting(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE sorted_files (                 -- that `photos sort` has looked at; they lie where they were
            sha256  TEXT PRIMARY KEY,
            path    BLOB NOT NULL,                  -- where it lay last
            network TEXT NOT NULL,                  -- that made the embeddings; empty: it is to be looked at again
            scene   BLOB NOT NULL,                  -- difference hash of the photo
            year    INTEGER,                        -- in which it was taken
            size    INTEGER NOT NULL,
            mtime   INTEGER NOT NULL,               -- nanoseconds; with the size it tells whether the file was changed
            at      TEXT NOT NULL
        ) STRICT""")
    await db.execute("""
        CREATE TABLE sorted_faces (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            sha256     TEXT NOT NULL REFERENCES sorted_files ON DELETE CASCADE,
            number     INTEGER NOT NULL,            -- among the faces found on the photo
            box_left   REAL NOT NULL,               -- fractions of the upright photo
            box_top    REAL NOT NULL,
            box_right  REAL NOT NULL,
            box_bottom REAL NOT NULL,
            poor       INTEGER NOT NULL,            -- too bad to be told
            embedding  BLOB NOT NULL,               -- float16
            group_id   INTEGER,                     -- NULL: it is alone
            cousin     TEXT                         -- for whom the version that answers took it
        ) STRICT""")
    await db.execute("CREATE INDEX sorted_faces_by_sha256 ON sorted_faces (sha256)")
    await db.execute("CREATE INDEX sorted_faces_by_group ON sorted_faces (group_id)")
    await db.execute("""
        CREATE TABLE face_groups (                  -- their numbers, of which none is given twice
            id     INTEGER PRIMARY KEY AUTOINCREMENT,
            led_to INTEGER                          -- the group that it has become part of
        ) STRICT""")
    await db.execute("""
        CREATE TABLE group_decisions (              -- what people said of groups: it stands for good
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            token   TEXT NOT NULL,                  -- of the change by which it can be taken back
            said    TEXT NOT NULL,                  -- named, same, apart, skipped
            cousin  TEXT,                           -- the key, where they were named
            before  TEXT NOT NULL,                  -- JSON: [face, group] of those it has moved
            said_by INTEGER NOT NULL,               -- 0: at the command line
            at      TEXT NOT NULL
        ) STRICT""")
    await db.execute("""
        CREATE TABLE decided_faces (                -- which faces: by their place, for faces are found anew
            decision_id INTEGER NOT NULL REFERENCES group_decisions ON DELETE CASCADE,
            side        INTEGER NOT NULL,           -- 0, or 1 for those that the others are not the same as
            sha256      TEXT NOT NULL,
            box_left    REAL NOT NULL,
            box_top     REAL NOT NULL,
            box_right   REAL NOT NULL,
            box_bottom  REAL NOT NULL
        ) STRICT""")
    await db.execute("CREATE INDEX decided_faces_by_decision ON decided_faces (decision_id)")
    await db.execute("CREATE INDEX decided_faces_by_sha256 ON decided_faces (sha256)")


async def group_prompts(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE group_prompts (                -- questions to which an admin types the name of a group of faces
            chat_id    INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            asked_of   INTEGER NOT NULL,
            group_id   INTEGER NOT NULL,
            meant      TEXT NOT NULL,               -- JSON: which faces, and where the admin was in the groups
            topic      INTEGER,
            at         TEXT NOT NULL,
            PRIMARY KEY (chat_id, message_id)
        ) STRICT""")


async def clear_faces(db: aiosqlite.Connection) -> None:
    """How clear a face is in place of whether it is poor, and by what it is asked who it is."""
    await db.execute("ALTER TABLE sorted_faces RENAME COLUMN poor TO clarity")  # 0: clear, to 3: blank
    await db.execute("UPDATE sorted_faces SET clarity = 2 WHERE clarity = 1")  # hopeless
    await db.execute("ALTER TABLE sorted_faces ADD COLUMN probe BLOB")  # float16; NULL: of an older program


async def languages(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE languages (
            reader INTEGER PRIMARY KEY,             -- a person, or a group by its chat
            chosen TEXT,                            -- as gettext names it; NULL: nothing was chosen
            told   TEXT                             -- what Telegram or the browser last said, as they write it
        ) STRICT""")


async def reactions(db: aiosqlite.Connection) -> None:
    await db.execute("""
        CREATE TABLE reactions (                    -- what was followed last of somebody's reaction on an answer
            answer_id INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE,
            user_id   INTEGER NOT NULL,
            at        TEXT NOT NULL,                -- when they reacted, by Telegram's clock
            update_id INTEGER NOT NULL,
            up        INTEGER NOT NULL DEFAULT 0,   -- 1: their thumbs-up was followed
            down      INTEGER NOT NULL DEFAULT 0,
            menu      INTEGER,                      -- the message with what thumbs-down opened, until it is answered
            PRIMARY KEY (answer_id, user_id)
        ) STRICT""")
    # 1: by a reaction, and gone with it
    await db.execute("ALTER TABLE praise ADD COLUMN by_reaction INTEGER NOT NULL DEFAULT 0")
    # A column with another CHECK, in place of the one there was.
    await db.execute("ALTER TABLE statements ADD COLUMN said_so TEXT CHECK (said_so IN ('taught', 'self', 'reaction'))")
    await db.execute("UPDATE statements SET said_so = way")
    await db.execute("ALTER TABLE statements DROP COLUMN way")
    await db.execute("ALTER TABLE statements RENAME COLUMN said_so TO way")


MIGRATIONS: tuple[Migration, ...] = (
    journal,
    people,
    answers,
    corrections,
    conversation,
    runs,
    runners_up,
    following_runs,
    review_pages,
    asked,
    sent_messages,
    invites,
    moved_groups,
    flaws,
    statements,
    faces_as_recognized,
    lifetimes,
    library,
    keys_as_folders,
    library_arrivals,
    changes,
    forgettings,
    decisions,
    stated,
    guests_of_groups,
    shared_identities,
    invitation_tries,
    admins,
    pages,
    topics,
    albums,
    clock,
    web,
    removed_photos,
    pointed_faces,
    photo_years,
    whole_pictures,
    answers_in_four_kinds,
    sidecars,
    selves,
    changes_of_any_kind,
    sorting,
    group_prompts,
    clear_faces,
    languages,
    reactions,
)


async def migrate(db: aiosqlite.Connection, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Run the steps this database has not seen, all of them or none.

    Raises:
        StoreError: the database was made by a newer version.
    """
    # The lock is taken before the version is read: training may open the same new file at the same moment.
    async with whole(db):
        [row] = await db.execute_fetchall("PRAGMA user_version")
        seen = int(row[0])
        if seen > len(migrations):
            raise StoreError(wording.database_made_by_newer())
        for migration in migrations[seen:]:
            await migration(db)
        await db.execute(f"PRAGMA user_version = {len(migrations)}")
