"""Runs and suites as tables with units, and costs of assignments."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from . import _program
from ._client import CALL, Client
from ._session import LARGEST_SEED, Scenario, settings
from ._given import as_json, mapping, shown, whole
from ._given import path as checked_path
from .errors import CotwinError, ScenarioError

__all__ = ["Bench", "Evaluation", "Run", "Tables", "evaluate", "load_bench", "load_run", "run"]


# Of the columns that suites' tables have.
_UNITS = {
    "time": "s",
    "energy": "J",
    "staticTime": "s",
    "startTime": "s",
    "decisionTime": "s",
    "decisionSeconds": "s",
}


class Tables(Mapping[str, Any]):
    """Tables by name, each read when it is first asked for: a pandas `DataFrame`, or a pyarrow `Table` without pandas.

    `units[table][column]` is the unit of a column (SI, empty for a plain number), in `frame.attrs["units"]` of
    those that the table has (some stand in a file only where jobs share a network); `descriptions` says what columns mean.
    """

    def __init__(self, directory: Path, described: Sequence[Mapping[str, Any]]) -> None:
        self._directory = directory
        self._files = {each["name"]: each["file"] for each in described}
        self.units = {each["name"]: {c["name"]: c["unit"] for c in each["columns"]} for each in described}
        self.descriptions = {
            each["name"]: {c["name"]: c["description"] for c in each["columns"]} for each in described
        }
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._files:
            raise KeyError(f"there is no table {name!r}; there are {', '.join(self._files)}")
        if name not in self._read:
            self._read[name] = _table(self._directory / self._files[name], self.units[name], self.descriptions[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True)
class Run:
    """A run's directory: `tables["rounds"]`, `tables["clients"]`, …, its summary, manifest and resolved scenario."""

    directory: Path
    manifest: dict[str, Any]
    tables: Tables
    summary: dict[str, Any] | None
    """As `cotwin run --json` prints it; None where the run has not ended."""

    @property
    def report(self) -> Path:
        """The page of the run."""
        return self.directory / "report.html"

    @property
    def scenario(self) -> str:
        """The resolved scenario, YAML."""
        return (self.directory / "scenario.yaml").read_text(encoding="utf8")


@dataclass(frozen=True)
class Bench:
    """A suite's directory: `table` has a row a setting, seed, scheduler and round, `learning` one a round of what is learned."""

    directory: Path
    table: Any
    learning: Any | None

    @property
    def report(self) -> Path:
        """The page of the suite."""
        return self.directory / "report.html"


@dataclass(frozen=True)
class Evaluation:
    """What assignments cost: arrays by assignment (B), and per client (B×N, NaN where a client sits out)."""

    cost: NDArray[np.float64]
    time: NDArray[np.float64]
    """s"""
    energy: NDArray[np.float64]
    """J"""
    clients: dict[str, NDArray[np.float64]]
    """`uplinkRate`, `downlinkRate` (bit/s), `headTime`, `uplinkTime`, `edgeTime`, `downlinkTime`, `time` (s),
    `headEnergy`, `uplinkEnergy`, `energy` (J)."""


def load_run(directory: str | os.PathLike[str]) -> Run:
    """A run as it lies in its directory, whether it has ended or not."""
    path = checked_path("directory", directory).absolute()
    manifest = _json(path / "manifest.json", "run")
    summary = path / "summary.json"
    return Run(path, manifest, Tables(path, manifest["tables"]), _json(summary, "run") if summary.exists() else None)


def load_bench(directory: str | os.PathLike[str]) -> Bench:
    """A suite's results as they lie in its directory."""
    path = checked_path("directory", directory).absolute()
    table, learning = path / "results.parquet", path / "learning.parquet"
    if not table.exists():
        raise CotwinError(f"{path} is no directory of a suite: it has no {table.name}")
    return Bench(path, _table(table, _UNITS, {}), _table(learning, _UNITS, {}) if learning.exists() else None)


def run(
    scenario: Scenario,
    set: Sequence[str] | Mapping[str, Any] = (),
    seed: int | None = None,
    out: str | os.PathLike[str] | None = None,
    program: str | os.PathLike[str] | None = None,
) -> Run:
    """Runs a scenario (`cotwin run`) and loads what came of it; raises a `ScenarioError` where it is refused.

    `set` changes keys (`{"network.clients.count": 32}`, or `path=value` texts); `out` is the run's directory, a new one
    under `runs/` unless it is said.
    """
    asked = [word for setting in settings(set) for word in ("--set", setting)]
    if seed is not None:
        asked += ["--seed", str(whole("seed", seed, 0, LARGEST_SEED))]
    if out is not None:
        asked += ["--out", str(checked_path("out", out))]
    command = _program.command(program)
    with _file_of(scenario) as path:
        said = _program.ask(command, "run", str(path), "--json", "--quiet", *asked)
    return load_run(said["runDirectory"])


@contextmanager
def _file_of(scenario: Scenario) -> Iterator[Path]:
    """The file of a scenario; of a mapping one that is there for so long, beside the files that it may name."""
    if not isinstance(scenario, Mapping):
        yield checked_path("scenario", scenario)
        return
    text = as_json("scenario", scenario, 2)
    path = Path.cwd() / f".cotwin-{uuid4().hex}.json"
    try:
        path.write_text(text, encoding="utf8")
    except OSError as error:
        raise ScenarioError(f"scenario: {path} cannot be written: {error.strerror}; give the path of a file") from error
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


class _Evaluators(threading.local):
    """The process that evaluates for a thread: between a question and its answer there must not be another's."""

    client: Client | None = None
    command: list[str] | None = None

    def of(self, command: list[str]) -> Client:
        client = self.client
        if client is None or client.closed or client._owner != os.getpid() or self.command != command:
            client = self.client = Client(command)
            self.command = command
        return client


_evaluators = _Evaluators()


def evaluate(
    instance: Mapping[str, Any] | str | os.PathLike[str],
    assignments: Any,
    program: str | os.PathLike[str] | None = None,
) -> Evaluation:
    """Costs of assignments of an explicit instance (`cotwin evaluate`), any number in one call.

    `instance` is a mapping or the path of its JSON; `assignments` a mapping of `server` and `channel`, a list of those,
    or slots (`server * channels + channel`, -1 to sit out) as an array of N or B×N.
    """
    if not isinstance(instance, Mapping):
        instance = _instance(checked_path("instance", instance))
    listed = _assignments(assignments, whole("instance: channels", instance.get("channels"), 1, 2**31 - 1))
    client = _evaluators.of(_program.command(program))
    said = client.call(CALL, {"method": "evaluate", "instance": instance, "assignments": listed})
    return Evaluation(
        _numbers(said["cost"]),
        _numbers(said["time"]),
        _numbers(said["energy"]),
        {name: _numbers(values) for name, values in said["clients"].items()},
    )


def _assignments(given: Any, channels: int) -> list[Any]:
    if isinstance(given, Mapping):
        return [given]
    if isinstance(given, Sequence) and given and isinstance(given[0], Mapping):
        return [mapping(f"assignment {index}", each) for index, each in enumerate(given)]
    try:
        slots = np.atleast_2d(np.asarray(given))
    except ValueError as error:
        raise ScenarioError(f"assignments: got {shown(given)}, expected a slot for each client") from error
    if not np.issubdtype(slots.dtype, np.integer) or slots.ndim != 2:
        raise ScenarioError(f"assignments: got {shown(given)}, expected whole numbers, N or B×N: slots, or -1")
    served = slots >= 0
    servers = np.where(served, slots // channels, -1)
    columns = np.where(served, slots % channels, -1)
    return [
        {"server": server.tolist(), "channel": channel.tolist()}
        for server, channel in zip(servers, columns, strict=True)
    ]


def _instance(path: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf8"))
    except OSError as error:
        raise ScenarioError(f"instance: {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ScenarioError(f"instance: {path} is no JSON: {error}") from error
    return mapping("instance", read)


def _numbers(values: Any) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def _json(path: Path, what: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf8"))
    except FileNotFoundError as error:
        raise CotwinError(f"{path.parent} is no directory of a {what}: it has no {path.name}") from error
    except (OSError, ValueError) as error:
        raise CotwinError(f"{path} cannot be read: {error}") from error
    return read


def _table(path: Path, units: Mapping[str, str], descriptions: Mapping[str, str]) -> Any:
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise ImportError("tables need pyarrow: pip install pyarrow") from error
    try:
        table = pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as error:
        raise CotwinError(f"{path} cannot be read: {error}") from error
    try:
        import pandas  # noqa: F401
    except ModuleNotFoundError:
        return table
    frame = table.to_pandas()
    frame.attrs["units"] = {name: unit for name, unit in units.items() if name in frame}
    frame.attrs["descriptions"] = dict(descriptions)
    return frame
