"""Processes of the tests' own, each forked from one that has imported all, so that a start costs little."""

import multiprocessing
from typing import Final

FORKED: Final = multiprocessing.get_context("forkserver")
# There is one such server for all: what a single test would have loaded, another would miss.
FORKED.set_forkserver_preload(["cli", "bot.app", "inference.service", "demo.telegram.server", "pytest"])
