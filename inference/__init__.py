"""Photo bytes in, guesses out."""

import models  # noqa: F401  first: it keeps OpenVINO quiet, before that is loaded
