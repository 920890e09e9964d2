"""Keeps two processes that take turns on one processor."""

from __future__ import annotations

import os

_EVERY = 256


class Neighbour:
    """Has a thread woken, every now and then, where another runs.

    Who takes turns needs one processor. Where the system once has them on two, it leaves them there, and each turn has to
    wake a processor from its sleep: on virtual machines that takes several times as long as the way there and back. So one
    turn in many is taken on the other's processor, and they stay there as long as the system sees no reason against it.
    Nothing is bound for longer than that turn; where a system has no such thing, nothing happens.
    """

    def __init__(self, moves: int, stays: int | None = None) -> None:
        """`moves` is woken where `stays` runs (numbers of processes: their main threads); None is the calling thread."""
        self._moves = moves
        self._stays = "thread-self" if stays is None else str(stays)
        self._left = 0 if hasattr(os, "sched_setaffinity") else -1
        self._allowed: set[int] | None = None

    def before(self) -> None:
        """To be called before a turn."""
        if self._left:
            self._left -= 1
            return
        self._left = _EVERY
        try:
            here = _processor(self._stays)
            if _processor(str(self._moves)) == here:
                return
            allowed = os.sched_getaffinity(self._moves)
            if here in allowed:
                os.sched_setaffinity(self._moves, {here})
                self._allowed = allowed
        except (OSError, ValueError, IndexError):
            # No /proc, or nobody there any more, which is told elsewhere.
            self._left = -1

    def after(self) -> None:
        """To be called after a turn, whatever came of it."""
        if self._allowed is None:
            return
        try:
            os.sched_setaffinity(self._moves, self._allowed)
        except OSError:
            self._left = -1
        self._allowed = None


def _processor(thread: str) -> int:
    """The processor that a thread ran on last."""
    with open(f"/proc/{thread}/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[36])
