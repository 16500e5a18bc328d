"""What a decoder may still do once it has loaded all it needs: compute, and answer through what is open already.

Pictures are decoded by libraries in C, and whoever finds a mistake in one may run what they like in the decoder. Then

- there is no environment to read, and no descriptor but the pipes;
- nothing new can be opened, no file, folder or connection, and no memory beyond a bound be had (rlimits);
- no program can be started that has more rights than this one (no_new_privs);
- and, where Linux has Landlock, no file can be looked at, changed, moved or deleted by its name, no program started, no
  address connected to, and no other process signalled.

Landlock is asked through its three system calls, as its manual page shows it: no library for it is kept up, and glibc
has no function for it. All of this lasts until the process ends, and nobody can take it back.
"""

import contextlib
import ctypes
import os
import resource
import struct
import sys
from collections.abc import Mapping
from typing import Final

MEMORY: Final = 5 * 2**28
"""Address space of the process in bytes: 70 MB at rest, 150 for the pixels that it shares with the bot; 50 megapixels
took 850 MB at the worst, as a WebP."""
LIMITS: Final[Mapping[int, int]] = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CORE: 0,  # a dump would hold somebody's photo
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 0,  # what is open stays so
}
FAMILY_LIMITS: Final[Mapping[int, int]] = {**LIMITS, resource.RLIMIT_AS: 6 * 2**30}
"""Of one that opens the family's own files: 398 megapixels took 1.0 GB as a JPEG, 2.8 as a PNG."""
_LAST_DESCRIPTOR: Final = 2**16

_PR_SET_NO_NEW_PRIVS: Final = 38
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same on every processor
_VERSION: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION
_FILES: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""Landlock's version -> how many rights to files it knows, one bit each; a later one knows at least as many."""
_NETWORK, _SIGNALS = 4, 6  # the versions that know TCP (two rights), and other processes (two scopes)


def confine(limits: Mapping[int, int] = LIMITS, *, landlock: bool = True) -> None:
    """Give up everything but the standard streams, the memory that is mapped, and what is loaded.

    A system that knows one of these only by name goes without it; `landlock_version` tells which it is.
    """
    os.environ.clear()
    os.closerange(3, _LAST_DESCRIPTOR)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if landlock:
            _forbid_all(libc)
    for limit, most in limits.items():  # last: Landlock is asked through a descriptor
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def landlock_version() -> int:
    """The version of Landlock that this kernel speaks; 0 where there is none, or it is switched off."""
    return _landlock_version(ctypes.CDLL(None, use_errno=True)) if sys.platform == "linux" else 0


def _landlock_version(libc: ctypes.CDLL) -> int:
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)))


def _forbid_all(libc: ctypes.CDLL) -> None:
    """A ruleset without a rule: what it knows of is forbidden everywhere."""
    version = _landlock_version(libc)
    if not version:
        return
    files = 2 ** max(rights for since, rights in _FILES.items() if since <= version) - 1
    rights = struct.pack("QQQ", files, 3 if version >= _NETWORK else 0, 3 if version >= _SIGNALS else 0)
    ruleset = libc.syscall(_CREATE_RULESET, rights, ctypes.c_size_t(len(rights)), 0)
    if ruleset >= 0:
        libc.syscall(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
