"""What can keep the demo from playing."""


class DemoError(RuntimeError):
    """The demo can't go on; the message is one sentence that says why and what to do."""
