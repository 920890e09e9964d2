"""Checks of what is given to the package: everything wrong is a `ScenarioError` that names it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from .errors import Problem, ScenarioError


def whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number from `least` to `most`."""
    number = _number(value)
    if number is None or not least <= number <= most:
        raise ScenarioError(f"{name}: got {shown(value)}, expected a whole number from {least} to {most}")
    return number


def path(name: str, value: Any) -> Path:
    """The path of a file or folder."""
    try:
        return Path(os.fsdecode(value))
    except TypeError as error:
        raise ScenarioError(f"{name}: got {shown(value)}, expected a path") from error


def mapping(name: str, value: Any) -> dict[str, Any]:
    """A mapping; an empty one for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ScenarioError(f"{name}: got {shown(value)}, expected a mapping")
    return dict(value)


def one_of(name: str, value: Any, allowed: Sequence[str], more: str = "") -> str:
    """One of these words."""
    if isinstance(value, str) and value in allowed:
        return value
    message = f"{name}: got {shown(value)}, expected {', '.join(allowed[:-1])} or {allowed[-1]}{more}"
    near = get_close_matches(value, allowed, 1) if isinstance(value, str) else []
    problem = Problem(message, suggestion=near[0] if near else None)
    raise ScenarioError(str(problem), (problem,))


def as_json(name: str, value: Any, indent: int | None = None) -> str:
    """A value as JSON, numbers and arrays of numpy and paths included."""
    try:
        return json.dumps(value, default=_plain, indent=indent, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ScenarioError(f"{name} cannot be written as JSON: {error}") from error


def shown(value: Any) -> str:
    """A value as messages show it."""
    text = json.dumps(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _number(value: Any) -> int | None:
    """The whole number that a number of Python's or numpy's is; None for what is none."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating) and np.isfinite(value) and value == np.floor(value):
        return int(value)
    return None


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} is none of its types")
