"""The one private folder: photos, what guests sent, the database, the trained versions, the weights."""

import contextlib
from pathlib import Path

from data import wording

PRIVATE = 0o700


class HomeError(Exception):
    """The private folder cannot be made; the message is one sentence that says what to do."""


class Home:
    """Where each private thing lies below `root`. Nothing is touched until `create`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def photos(self) -> Path:
        """The labelled photos, one folder per cousin."""
        return self.root / "photos"

    @property
    def inbox(self) -> Path:
        """What guests sent: `<sha256 of the original bytes>.jpg`, upright and without metadata."""
        return self.root / "inbox"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "cousinbot.db"

    @property
    def training_lock(self) -> Path:
        """Locked by the training process while there is one."""
        return self.root / "training.lock"

    @property
    def pending_change(self) -> Path:
        """What is being changed of who the cousins are, for as long as it is not done: the next start finishes it."""
        return self.root / "change.json"

    @property
    def pending_import(self) -> Path:
        """What there was before an import began, for as long as it goes on: if it is killed, the next start notes the
        rest."""
        return self.root / "import.json"

    @property
    def groups_page(self) -> Path:
        """What `photos sort` wrote last, to be looked at: it shows faces."""
        return self.root / "groups.html"

    @property
    def last_facts(self) -> Path:
        """What facts.yaml said when the bot last found no mistake in it."""
        return self.root / "facts-last-good.yaml"

    @property
    def training_log(self) -> Path:
        """What the last training process that the bot started wrote."""
        return self.root / "training.log"

    @property
    def models(self) -> Path:
        """One folder per trained version, and `current`, a text file with the champion's name."""
        return self.root / "models"

    @property
    def weights(self) -> Path:
        """Published weights that training or detection starts from."""
        return self.root / "weights"

    @property
    def face_cache(self) -> Path:
        """What was seen in the photos, in a folder of its own: it can be deleted at any time, and is not backed up."""
        return self.root / "cache" / "faces.db"

    def create(self) -> "Home":
        """Make the folders, readable by their owner only, and return self; what exists is kept.

        Raises HomeError where the folder cannot be made.
        """
        try:
            if not self.root.is_dir():
                self.root.mkdir(parents=True)
                # Only a root of our own making is closed: an existing one may be a person's whole home.
                self.root.chmod(PRIVATE)
            for folder in (self.photos, self.inbox, self.models, self.weights):
                folder.mkdir(exist_ok=True)
                with contextlib.suppress(OSError):  # a mounted disk may belong to another user, or be read-only
                    folder.chmod(PRIVATE)
        except OSError as error:
            raise HomeError(wording.folder_unusable(self.root, error.strerror or str(error))) from error
        return self
