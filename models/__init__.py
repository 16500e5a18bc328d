"""Learners: architectures, weights and the version registry."""

import foundation.quiet_libraries  # noqa: F401  first: before OpenVINO is loaded
