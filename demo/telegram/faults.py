"""Faults on demand: what the network and the real server do on a bad day."""

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["fail", "drop", "hang", "delay", "html", "garbage"]


@dataclass(slots=True)
class Fault:
    """What happens to the next requests of one method.

    Attributes:
        method: a Bot API method in any case, ``file`` for downloads, or ``*`` for every request.
        kind: ``fail`` answers `status` and `description`; ``drop`` closes the connection; ``hang`` says
            nothing for `seconds`, then closes it; ``delay`` answers properly after `seconds`; ``html`` answers
            a gateway's page with `status`; ``garbage`` answers 200 with half a JSON body.
        times: how many requests; None until cleared.
        after: with ``drop`` or ``garbage``, the request is carried out first and only its answer is lost; with
            ``delay`` it is carried out at once and only its answer comes late.
    """

    method: str
    kind: FaultKind = "fail"
    times: int | None = 1
    status: int = 500
    description: str | None = None
    retry_after: int | None = None
    seconds: float = 0.0
    after: bool = False


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The oldest fault that fits, used up by one."""
        for fault in self._waiting:
            if fault.method == "*" or fault.method.lower() == method.lower():
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                return fault
        return None
