"""What the plugin `python` starts (`python -m cotwin._scheduler_start`): the host, or a sentence why there is none."""

from __future__ import annotations

import importlib.util
import json
import struct
import sys
from typing import Optional

_FAILURE = 9


def lacking() -> Optional[str]:
    """What this interpreter lacks to host a scheduler; None where it has everything."""
    if sys.version_info < (3, 10):
        return "is Python %d.%d, expected 3.10 or newer" % sys.version_info[:2]
    if importlib.util.find_spec("numpy") is None:
        return "has no numpy: %s -m pip install numpy" % sys.executable
    return None


def start() -> None:
    lacks = lacking()
    if lacks is None:
        from ._scheduler_host import main

        main()
        return
    said = "the interpreter %s %s; another is named by options.python or the variable COTWIN_PYTHON" % (
        sys.executable,
        lacks,
    )
    body = json.dumps({"message": said}).encode()
    sys.stdout.buffer.write(struct.pack("<IB3x", len(body), _FAILURE) + body)
    sys.stdout.flush()


if __name__ == "__main__":
    start()
