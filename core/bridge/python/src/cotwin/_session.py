"""Environments as arrays: what every kind of environment is made of."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _program
from ._client import CALL, HEADER, HELLO, PROTOCOL, RESET, STEP, Client
from ._given import as_json, path, shown, whole
from ._neighbour import Neighbour
from .errors import ScenarioError

Scenario = str | os.PathLike[str] | Mapping[str, Any]
"""The path of a scenario file, or what would be in one; paths in a mapping start at the working directory."""

LIMIT = 20.0
"""Every number of an observation lies within plus and minus this."""

LARGEST_SEED = 2**53 - 1
"""Seeds are whole numbers from 0 to this."""

WHOLE_FACTS = ("round", "episode_index", "client", "repaired")
"""What is told of a round that is a whole number."""


@dataclass(frozen=True)
class Sizes:
    """How many of what a network and its agents have."""

    agents: int
    choices: int
    actions: int
    observation: int
    state: int
    clients: int
    servers: int
    channels: int


class Session:
    """A number of environments in one Node process; `arrays` holds what came of the latest reset or step."""

    def __init__(
        self,
        scenario: Scenario | None,
        *,
        game: str,
        envs: int = 1,
        autoreset: str = "next-step",
        set: Sequence[str] | Mapping[str, Any] = (),
        scenario_seed: int | None = None,
        program: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> None:
        asked = {
            "protocol": PROTOCOL,
            **_scenario(scenario),
            "set": settings(set),
            "seed": None if scenario_seed is None else whole("scenario_seed", scenario_seed, 0, LARGEST_SEED),
            "envs": envs,
            "autoreset": autoreset,
            "options": {"game": game, **options},
        }
        as_json("what was given", asked)
        self.client = Client(_program.command(program))
        try:
            said = self.client.call(HELLO, asked)
        except BaseException:
            self.client.close()
            raise
        self.scenario: str = said["scenario"]
        self.version: str = said["version"]
        self.options: dict[str, Any] = said["options"]
        self.validation_rounds: int = said["validationRounds"]
        self.sizes = Sizes(**said["sizes"])
        self.envs: int = said["envs"]
        self.facts: list[str] = said["facts"]
        self._answer, self.arrays = _room(said["layouts"]["step"])
        self._start, self.start = _room(said["layouts"]["reset"], RESET)
        self._choice, choices = _room(said["layouts"]["actions"], STEP)
        self.choices: NDArray[np.int32] = choices["actions"]
        self._begun = False
        # Of many environments the next networks are drawn on another processor while Python works.
        self._neighbour = Neighbour(self.client.pid) if self.envs == 1 else None

    def __reduce__(self) -> Any:
        return self.client.__reduce__()

    def reset(
        self,
        seeds: Sequence[int | None] | None = None,
        mask: NDArray[np.bool_] | None = None,
        validation: int | None = None,
    ) -> None:
        """Begins episodes, by environment: with a seed those of the seed, else the next ones."""
        self.start["seed"][:] = -1 if seeds is None else [_seed(seed) for seed in seeds]
        self.start["validation"][:] = -1 if validation is None else validation
        self.start["reset"][:] = 1 if mask is None else mask
        self.client.send_frame(self._start)
        self.client.receive(STEP, self._answer)
        self._begun = True

    @property
    def over(self) -> bool:
        """Whether nobody acts in any of the environments before they are reset."""
        return not self.arrays["active"].any()

    def begun(self, what: str) -> None:
        """Refuses what there is only after a reset, and only as long as it is open."""
        self.client.check()
        if not self._begun:
            raise ScenarioError(f"{what}: no episode has begun; call reset first")

    def send_step(self, choices: Any) -> None:
        """Sends a step; whoever calls receives it before anything else."""
        self.begun("step")
        self.send_checked(checked_choices(choices, self.choices.shape, self.sizes.actions))

    def send_checked(self, choices: NDArray[np.int32]) -> None:
        """The same of what `checked_choices` gave."""
        self.choices[...] = choices
        self.client.send_frame(self._choice)

    def receive_step(self) -> None:
        self.client.receive(STEP, self._answer)

    def step(self, choices: Any) -> None:
        """A step in each environment."""
        if self._neighbour is None:
            self.send_step(choices)
            self.receive_step()
            return
        self._neighbour.before()
        try:
            self.send_step(choices)
            self.receive_step()
        finally:
            self._neighbour.after()

    def map(self, environment: int = 0) -> dict[str, Any]:
        """Where everyone stands, and who is where."""
        answer: dict[str, Any] = self.client.call(CALL, {"method": "map", "environment": environment})
        return answer

    def reference(self) -> NDArray[np.float64]:
        """What swap matching from a random start costs in each validation round."""
        return np.array(self.client.call(CALL, {"method": "reference"})["cost"], dtype=np.float64)

    def info(self, index: int, prefix: str = "") -> dict[str, Any]:
        """What is known of one environment's latest round beside observations and rewards."""
        facts = self.arrays[f"{prefix}facts"][index]
        told = {name: float(value) for name, value in zip(self.facts, facts, strict=True) if value == value}
        for name in WHOLE_FACTS:
            if name in told:
                told[name] = int(told[name])
        return told

    def close(self) -> None:
        self.client.close()


def checked_choices(choices: Any, shape: tuple[int, ...], actions: int) -> NDArray[np.int32]:
    """Actions as whole numbers of that shape; raises a `ScenarioError` that says what is wrong with them."""
    try:
        given = np.asarray(choices)
    except ValueError as error:
        raise ScenarioError(f"actions: got {shown(choices)}, expected whole numbers of shape {shape}") from error
    if given.dtype.kind not in "iuf":
        raise ScenarioError(f"actions: got {given.dtype}, expected whole numbers from 0 to {actions - 1}")
    # Dimensions of one may be there or not; what else there is in another order might be meant in another.
    if _without_ones(given.shape) != _without_ones(shape):
        raise ScenarioError(f"actions: got an array of shape {given.shape}, expected {shape}")
    given = given.reshape(shape)
    if given.dtype.kind not in "iu":
        if not np.all(np.isfinite(given)) or not np.all(given == np.floor(given)):
            raise ScenarioError(f"actions: got {given.ravel()[:8]}, expected whole numbers from 0 to {actions - 1}")
    if given.min() < 0 or given.max() >= actions:
        wrong = (given < 0) | (given >= actions)
        raise ScenarioError(f"actions: got {given[wrong].ravel()[0]}, expected 0 to {actions - 1}")
    return given.astype(np.int32)


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def settings(given: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """Changes of keys as the command line takes them: `path=value`, the value as JSON."""
    if isinstance(given, Mapping):
        return [f"{key}={as_json(f'set: {key}', value)}" for key, value in given.items()]
    if isinstance(given, str):
        return [given]
    if not isinstance(given, Sequence) or not all(isinstance(each, str) for each in given):
        raise ScenarioError(f'set: got {shown(given)}, expected a mapping of keys, or texts "key=value"')
    return list(given)


def _scenario(scenario: Scenario | None) -> dict[str, str]:
    if isinstance(scenario, Mapping):
        return {"text": as_json("scenario", scenario, 2), "scenario": os.path.join(os.getcwd(), "scenario.json")}
    return {"scenario": os.path.abspath(path("scenario (or a mapping)", scenario))}


def _seed(seed: int | None) -> int:
    return -1 if seed is None else whole("seed", seed, 0, LARGEST_SEED)


def _room(layout: Mapping[str, Any], kind: int | None = None) -> tuple[memoryview, dict[str, NDArray[Any]]]:
    """A body as the layout has it, as a frame where it is of a kind; and its arrays, which are views of it."""
    frame = np.zeros((HEADER.size + layout["bytes"]) // 8, dtype=np.float64).data.cast("B")
    data = frame[HEADER.size :]
    arrays = {}
    for array in layout["arrays"]:
        dtype = np.dtype(array["type"]).newbyteorder("<")
        count = int(np.prod(array["shape"], dtype=np.int64))
        arrays[array["name"]] = np.frombuffer(data, dtype, count, array["offset"]).reshape(array["shape"])
    if kind is None:
        return data, arrays
    HEADER.pack_into(frame, 0, len(data), kind)
    return frame, arrays
