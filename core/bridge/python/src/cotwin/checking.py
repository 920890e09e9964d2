"""Whether a scheduler in Python keeps what schedulers promise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from . import _program
from ._given import as_json, mapping, path
from .errors import CotwinError, ProgramError, error_from

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
    words = [*_program.command(program), "check-plugin", str(path("file", file)), "--json", "--options", given]
    try:
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ProgramError(f"{words[0]} could not be started: {error}") from error
    try:
        said = json.loads(ended.stdout)
    except json.JSONDecodeError as error:
        raise ProgramError(f"cotwin check-plugin ended with code {ended.returncode}\n{ended.stderr}") from error
    if "problems" in said:
        raise error_from({"kind": "user" if ended.returncode == 2 else "bug", **said})
    checks: list[dict[str, Any]] = said["checks"]
    failed = [f"{check['name']}: {check.get('detail', '')}" for check in checks if check["outcome"] == "failed"]
    if failed:
        raise CotwinError("\n".join(failed))
    return checks
