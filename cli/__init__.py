"""`cousinbot`, the one command: what was typed in, the rooms at work, what is printed out.

Every command imports its room when it runs, so that `cousinbot --help` needs neither torch nor telegram.
"""

import os
import sys

# torch's threads would spin while they wait for each other: with another process at work on the same cores, such as
# training beside the bot, a face took 1 s instead of 30 ms. It must be said before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

try:
    from cli import admins, backup, corrections, guess, serve  # noqa: F401  each adds its commands
    from cli.doctor import command  # noqa: F401
    from cli.group import main
    from cli.photos import command as photos_commands  # noqa: F401
    from cli.photos import exporting, forgetting, importing, pointing, renaming, sorting  # noqa: F401
    from cli.versions import command as versions_commands  # noqa: F401
    from cli.versions import evaluate, train  # noqa: F401
    from cli.web import command as web_commands  # noqa: F401
    from cli.web import keys  # noqa: F401
except KeyboardInterrupt:  # Ctrl-C before there is a command that could say so
    from cli.wording import stopped

    print(stopped(), file=sys.stderr)
    raise SystemExit(130) from None

__all__ = ["main"]
