"""Photo bytes in, guesses out."""

import foundation.quiet_libraries  # noqa: F401  first: before OpenVINO is loaded
