"""Has a process end with the one that started it."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1

# What may still be done when there is nobody left to do it for, s.
_GRACE = 2


def end_with_parent() -> None:
    """Ends this process soon after its parent, also where it hangs in a program and does not look at its input.

    Linux tells a process of its parent's end by a signal; elsewhere nothing happens, and it ends when it next reads.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()

    def heard(*_: Any) -> None:
        if os.getppid() == parent:
            return
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_GRACE)

    try:
        import ctypes

        signal.signal(signal.SIGUSR2, heard)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGUSR2))
    except (ImportError, OSError, AttributeError):
        # An interpreter or a system without it: its input tells it in the end.
        return
