"""Whether a scheduler in Python keeps what schedulers promise."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from . import _program
from ._given import as_json, mapping, path
from .errors import CotwinError

__all__ = ["check_scheduler"]


def check_scheduler(
    file: str | os.PathLike[str],
    options: Mapping[str, Any] | None = None,
    program: str | os.PathLike[str] | None = None,
) -> list[dict[str, Any]]:
    """Runs cotwin's checks (`cotwin check-plugin`) over the class in a file: shapes, feasibility, repeatability, tiers.

    `options` are those of the plugin `python`: `tier`, `class`, `options`. Returns the checks; raises a `CotwinError` that
    lists those that failed.
    """
    given = as_json("options", {"python": sys.executable, **mapping("options", options)})
    command = _program.command(program)
    said = _program.ask(command, "check-plugin", str(path("file", file)), "--json", "--options", given)
    checks: list[dict[str, Any]] = said["checks"]
    failed = [f"{check['name']}: {check.get('detail', '')}" for check in checks if check["outcome"] == "failed"]
    if failed:
        raise CotwinError("\n".join(failed))
    return checks
