"""What a scheduler in Python is given; write a class with `decide(view)` and name its file in a scenario:

    schedulers:
      - { plugin: python, label: mine, options: { program: ./mine.py, tier: twin } }
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SITS_OUT", "TIERS", "Decision", "Evaluator", "Outcome", "Parameters", "View"]

SITS_OUT = -1
"""The slot of a client that takes no part in a round."""

TIERS = ("counts", "large-scale", "local", "twin")
"""What a scheduler may know, from least to most."""


@dataclass(frozen=True)
class Parameters:
    """What stays the same from round to round; SI units, arrays of N clients or M servers."""

    clients: int
    servers: int
    channels: int
    bandwidth_hz: float
    noise_w: float
    client_power_w: NDArray[np.float64]
    client_samples: NDArray[np.float64]
    client_flops: NDArray[np.float64]
    client_joules_per_sample: NDArray[np.float64]
    server_power_w: NDArray[np.float64]
    server_flops: NDArray[np.float64]
    head_flops: float
    body_flops: float
    uplink_bits: float
    downlink_bits: float
    latency_weight: float
    energy_weight: float
    more: dict[str, Any]
    """What else the network has, by its name in `NetworkParameters`."""


@dataclass(frozen=True)
class Decision:
    """More than slots, to be returned by `decide(view)`, as far as the scenario opens it (`view.limits`).

    What is None stays as the network has it. Arrays have a number a client; those of clients that sit out are not looked at. NaN
    in an array of real numbers leaves that one to the scenario's allocators.
    """

    assignment: Any
    """The slot of each client, or `SITS_OUT`."""
    power_w: Any = None
    """Uplink power, W."""
    server_power_w: Any = None
    """What its server spends on a client's downlink, W."""
    clock_hz: Any = None
    """Clock of a client's processor, Hz."""
    share: Any = None
    """Part of its slot that a client has, above 0 to 1."""
    edge_share: Any = None
    """Part of its server's FLOP/s that a client has."""
    samples: Any = None
    """Samples of a round."""
    cut: Any = None
    """Where a client's model is cut: an index into `view.limits["cut"]`."""
    payload: Any = None
    """How it writes what it sends: an index into `view.limits["payload"]`."""
    steps: Any = None
    """Passes over its samples, from 1."""
    turn: Any = None
    """Clients of equal turn take part together."""
    deadline_seconds: float | None = None
    """When the round ends whoever is done, s after its start."""


class Evaluator:
    """The system cost of an assignment and of changes to it, by cotwin's own evaluator; nobody is placed to begin with but
    those that hold a slot (`view.held`), who stay there.

    Each call is a message to cotwin and back (some 30 µs): one that does much is better than many that do little.
    """

    def __init__(self, ask: Callable[[NDArray[np.float64]], NDArray[np.float64]], parameters: Parameters) -> None:
        self._ask = ask
        self._clients = parameters.clients
        self.cost = 0.0
        """λT + μΣE of the assignment as it stands."""
        self.time = 0.0
        """s"""
        self.energy = 0.0
        """J"""
        self.assignment = np.full(parameters.clients, SITS_OUT, dtype=np.int32)
        """The slot of each client, `server * channels + channel`, or `SITS_OUT`."""

    def reset(self, assignment: Iterable[int]) -> None:
        """Takes another assignment."""
        self._call(0, assignment)

    def place_in_turn(self, clients: Iterable[int]) -> None:
        """Gives each of these clients in turn the free slot of least cost, while there are any."""
        self._call(1, clients)

    def place_greedily(self, clients: Iterable[int]) -> None:
        """Places, one after the other, the client and free slot of least cost."""
        self._call(2, clients)

    def exchange_until_stable(self, clients: Iterable[int], empty_slots: bool = True, sweeps: int = 1000) -> int:
        """Carries out moves (where `empty_slots`) and exchanges that lower the cost until there is none; returns how many."""
        return int(self._call(3, [int(empty_slots), sweeps, *clients])[0])

    def costs_of_placing(self, client: int) -> NDArray[np.float64]:
        """Cost with a client in each slot, infinite where that is taken; length M·K."""
        return self._call(4, [client])

    def place(self, client: int, slot: int) -> None:
        """Gives a client a slot, in place of the one it may have."""
        self._call(5, [client, slot])

    def remove(self, client: int) -> None:
        """Takes a client's slot away."""
        self._call(6, [client])

    def swap(self, first: int, second: int) -> None:
        """Lets two clients exchange their slots."""
        self._call(7, [first, second])

    def costs_of_swapping(self, client: int) -> NDArray[np.float64]:
        """Cost after a client exchanges its slot with each other; length N."""
        return self._call(8, [client])

    def _call(self, operation: int, given: Iterable[int]) -> NDArray[np.float64]:
        answer = self._ask(np.array([operation, *given], dtype=np.float64))
        self.cost, self.time, self.energy = answer[:3].tolist()
        self.assignment = answer[3 : 3 + self._clients].astype(np.int32)
        return answer[3 + self._clients :]


class View:
    """What is seen of a round, as far as the tier goes; what lies beyond raises an `AttributeError`."""

    def __init__(
        self,
        numbers: NDArray[np.float64],
        parameters: Parameters,
        tier: str,
        ask: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        limits: Mapping[str, Any] = MappingProxyType({}),
        job: str | None = None,
    ) -> None:
        n, m, k = parameters.clients, parameters.servers, parameters.channels
        at = 2

        def take(count: int) -> NDArray[np.float64]:
            nonlocal at
            at += count
            return numbers[at - count : at]

        self.parameters = parameters
        """Where jobs share the network, with the load and the weights of the one that asks."""
        self.job = job
        """The label of the job that asks, whose clients alone are active; None where a scenario has no jobs."""
        self.tier = tier
        self.limits = limits
        """What may be decided beside slots, with its bounds: `limits["power"]["most"]` is an array of W, one a client."""
        self.round = int(numbers[0])
        """From 1."""
        self.latency_ratio = float(numbers[1])
        """Share of the time budget that is spent."""
        self.active = take(n).astype(bool)
        """Whether each client may take a slot; the others must sit out."""
        self.held = take(n).astype(np.int32)
        """
        The slot that each client holds and keeps, `SITS_OUT` for none. Nobody holds any where a round starts; where clients ask, or jobs
        share the network, those that hold one are not active, and their slots are taken.
        """
        self.server_clients = take(m).astype(np.int32)
        """Clients at each server in the last round."""
        self.channel_clients = take(k).astype(np.int32)
        self.energy_ratio = take(n)
        """Share of each client's energy budget that is spent."""
        self._level = TIERS.index(tier)
        self._ask = ask
        if self._level >= 1:
            self.mean_gain = take(n * m).reshape(n, m)
            """Mean gain between client and server, N×M."""
        if self._level >= 2:
            self.uplink_gain = take(k * n * m).reshape(k, n, m)
            """Gains from client to server, K×N×M."""
            rest = numbers[at:]
            self.downlink_gain = rest.reshape(k, n, m) if rest.size else self.uplink_gain
            """Gains from server to client, K×N×M."""

    def evaluator(self) -> Evaluator:
        """What assignments cost in the twin; tier `twin`."""
        if self._level < 3:
            raise AttributeError(f"view.evaluator() takes tier twin; the scheduler's is {self.tier}")
        evaluator = Evaluator(self._ask, self.parameters)
        if (self.held != SITS_OUT).any():
            evaluator.reset(self.held)
        return evaluator

    def __getattr__(self, name: str) -> Any:
        needs = {"mean_gain": "large-scale", "uplink_gain": "local", "downlink_gain": "local"}.get(name)
        if needs is None:
            raise AttributeError(f"a view has no {name}")
        raise AttributeError(f"view.{name} takes tier {needs}; the scheduler's is {self.tier}")


@dataclass(frozen=True)
class Outcome:
    """What a round came to, for `observe(outcome)`."""

    round: int
    assignment: NDArray[np.int32]
    cost: float
    time: float
    energy: float
    client_time: NDArray[np.float64]
    client_energy: NDArray[np.float64]
    job: str | None = None
    """The job whose row it was; None where a scenario has no jobs."""
