"""Finds the Node program that this package belongs to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._given import path as checked_path
from .errors import ProgramError, error_from

_MAIN = Path("dist/core/cli/main.js")


def command(program: str | os.PathLike[str] | None = None) -> list[str]:
    """The words that start `cotwin`.

    Looked for, in this order: `program` (the command, its `main.js`, or the folder of the npm package), the variable
    COTWIN (the same), the npm package that this package was installed from, one in `node_modules` of the working
    directory or above it, and `cotwin` on the path. Raises `ProgramError` where there is none.
    """
    given = program if program is not None else os.environ.get("COTWIN")
    if given is not None:
        return _words(checked_path("program", given), os.fsdecode(given))
    home = _origin()
    if home is not None and (home / "package.json").exists():
        if not (home / _MAIN).exists():
            raise ProgramError(f"{home} is not built: run `npm ci` there, or `npm run build`")
        return _words(home, str(home))
    for folder in (Path.cwd(), *Path.cwd().parents):
        installed = folder / "node_modules" / "cotwin"
        if (installed / _MAIN).exists():
            return _words(installed, str(installed))
    found = shutil.which("cotwin")
    if found:
        return [found]
    raise ProgramError(
        "the Node program cotwin was not found: install it (`npm install cotwin`), or name it by the variable COTWIN "
        "or the argument `program`"
    )


def ask(command: Sequence[str], *words: str) -> dict[str, Any]:
    """What a command says in JSON; raises what it refuses. It ends before this process does, however that ends."""
    reads, writes = os.pipe()
    try:
        # It follows its standard input, whose other end goes with this process.
        process = subprocess.Popen(
            [*command, *words],
            stdin=reads,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "COTWIN_FOLLOWS_INPUT": "1"},
        )
    except OSError as error:
        os.close(writes)
        raise ProgramError(f"{command[0]} could not be started: {error}") from error
    finally:
        os.close(reads)
    with process:
        try:
            out, err = process.communicate()
        except BaseException:
            process.kill()
            raise
        finally:
            os.close(writes)
    try:
        said: dict[str, Any] = json.loads(out)
    except json.JSONDecodeError as error:
        raise ProgramError(f"cotwin {words[0]} ended with code {process.returncode}\n{err.strip()}") from error
    if "problems" in said:
        raise error_from({"kind": "user" if process.returncode == 2 else "bug", **said})
    return said


def home() -> Path:
    """The folder of the npm package whose program `command` starts."""
    main = Path(command()[-1]).resolve()
    above = [folder for folder in main.parents if (folder / _MAIN).exists()]
    if not above:
        raise ProgramError(f"{main} is not in the folder of the npm package cotwin; the variable COTWIN names another")
    return above[0]


def _origin() -> Path | None:
    """The folder of the npm package: written down when installed, or above the sources."""
    here = Path(__file__).resolve()
    note = here.parent / "_origin.json"
    if note.exists():
        return Path(json.loads(note.read_text())["home"])
    above = here.parents[5] if len(here.parents) > 5 else None
    return above if above is not None and (above / "core" / "bridge" / "python").is_dir() else None


def _words(path: Path, written: str) -> list[str]:
    if path.is_dir():
        path = path / _MAIN
    if not path.exists():
        found = shutil.which(written)
        if found:
            return [found]
        raise ProgramError(f"{path} does not exist; expected the command cotwin or the folder of its npm package")
    if path.suffix not in (".js", ".mjs"):
        return [str(path)]
    node = os.environ.get("COTWIN_NODE") or shutil.which("node")
    if node is None:
        raise ProgramError("node was not found on the path; cotwin needs Node.js 20 or newer")
    return [node, str(path)]
