"""What goes wrong, as exceptions that say where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that can be put right: what, and in which line of which file."""

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        hint = f' (did you mean "{self.suggestion}"?)' if self.suggestion else ""
        return f"{place}: {self.message}{hint}" if place else f"{self.message}{hint}"


class CotwinError(Exception):
    """Something that cotwin refuses, or the end of the Node program that does the work."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class ScenarioError(CotwinError, ValueError):
    """A scenario, an option or an action that is wrong; `problems` has each with its place."""


class ProgramError(CotwinError, RuntimeError):
    """The Node program could not be found or started, or ended before its time."""


def error_from(failure: dict[str, Any]) -> CotwinError:
    """The exception for what the Node program says is wrong."""
    names = ("message", "file", "line", "column", "suggestion")
    problems = tuple(
        Problem(**{name: each[name] for name in names if name in each}) for each in failure["problems"]
    )
    text = "\n".join(str(problem) for problem in problems)
    return ScenarioError(text, problems) if failure["kind"] == "user" else CotwinError(text, problems)
