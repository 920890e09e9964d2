"""The process in which a scheduler in Python runs; `_scheduler_start` starts it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import select
import signal
import struct
import sys
import time
import traceback
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ._neighbour import Neighbour
from ._parent import end_with_parent
from .scheduler import SITS_OUT, TIERS, Decision, Outcome, Parameters, View

HELLO, DECIDE, OBSERVE, RESTORE, EVALUATOR, LIMITS, JOB, ROW_OF, FAILURE = 1, 2, 3, 4, 5, 6, 7, 8, 9
ELSEWHERE = 11
# The length of the body, the kind, and whether the answer may go the quick way.
_HEADER = struct.Struct("<IBB2x")

# Where answers go that somebody waits for who can hear of nothing else; nothing else is mixed into what is this short.
_QUICK = 3
_QUICK_BYTES = min(getattr(select, "PIPE_BUF", 512), 4096)

# What a decision may have beside slots, in the order in which it is answered.
_REAL = ("power_w", "server_power_w", "clock_hz", "share", "edge_share", "samples")
_WHOLE = ("cut", "payload", "steps", "turn")
_DEADLINE = 1 << (len(_REAL) + len(_WHOLE))


class Refused(Exception):
    """What the user's program gets wrong, in words."""


class Host:
    def __init__(self, read: BinaryIO, write: BinaryIO) -> None:
        self._in, self._out = read, write
        self._quick = 0
        self._neighbour = Neighbour(os.getpid(), os.getppid())
        self.scheduler: Any = None
        self.limits: dict[str, Any] = {}
        self.job: str | None = None
        self.row_of: str | None = None

    def receive(self) -> tuple[int, bytes] | None:
        self._neighbour.before()
        header = self._in.read(_HEADER.size)
        self._neighbour.after()
        if len(header) < _HEADER.size:
            return None
        size, kind, self._quick = _HEADER.unpack(header)
        return kind, self._in.read(size)

    def send(self, kind: int, body: bytes) -> None:
        frame = _HEADER.pack(len(body), kind, 0) + body
        if self._quick:
            if len(frame) <= _QUICK_BYTES:
                os.write(_QUICK, frame)
                return
            os.write(_QUICK, _HEADER.pack(0, ELSEWHERE, 0))
        self._out.write(frame)
        self._out.flush()

    def evaluate(self, asked: NDArray[np.float64]) -> NDArray[np.float64]:
        self.send(EVALUATOR, asked.tobytes())
        answer = self.receive()
        if answer is None:
            raise SystemExit(0)
        return np.frombuffer(answer[1], dtype=np.float64)

    def hello(self, said: dict[str, Any]) -> None:
        self.parameters = parameters_from(said["parameters"])
        self.tier = said["tier"]
        assert self.tier in TIERS
        program = Path(said["program"])
        kind = chosen(load(program), said.get("class"), program)
        try:
            made = kind(**said["options"])
        except TypeError as error:
            raise Refused(f"{kind.__name__} cannot be made with {said['options'] or 'no options'}: {error}") from error
        if hasattr(made, "start"):
            made.start(self.parameters, said["seed"])
        self.scheduler = made
        self.saves = hasattr(made, "save")
        told = {"observes": hasattr(made, "observe"), "saves": self.saves}
        self.send(HELLO, json.dumps(told).encode())

    def decide(self, body: bytes) -> None:
        numbers = np.frombuffer(body, dtype=np.float64)
        start = time.perf_counter()
        view = View(numbers, self.parameters, self.tier, self.evaluate, self.limits, self.job)
        answer = self.answered(self.scheduler.decide(view))
        answer[0] = time.perf_counter() - start
        self.send(DECIDE, answer.tobytes() + self.state())

    def answered(self, decided: Any) -> NDArray[np.float64]:
        """Seconds (to be filled in), what is there beside slots as bits, slots, and what is there."""
        decision = decided if isinstance(decided, Decision) else Decision(decided)
        slots = self.numbers("", decision.assignment, True)
        there, parts = 0, [slots]
        for bit, name in enumerate((*_REAL, *_WHOLE)):
            if (given := getattr(decision, name)) is not None:
                there |= 1 << bit
                parts.append(self.numbers(name, given, name in _WHOLE, slots))
        if decision.deadline_seconds is not None:
            there |= _DEADLINE
            parts.append(self.deadline(decision.deadline_seconds))
        return np.concatenate(([0.0, there], *parts))

    def numbers(
        self, name: str, given: Any, whole: bool, slots: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """A number for each client; of the slots themselves where `name` is empty."""
        count = self.parameters.clients
        what = f"decide() returned {name}: " if name else "decide() returned "
        each = "a number for each client" if name else "a slot for each client"
        try:
            numbers = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise Refused(f"{what}{type(given).__name__}, expected {each}") from error
        if numbers.shape != (count,):
            raise Refused(f"{what}an array of shape {numbers.shape}, expected ({count},), {each}")
        if not whole:
            return numbers
        # Of those that sit out nothing is looked at.
        told = numbers if slots is None else np.where(slots == SITS_OUT, 0, numbers)
        if not np.all((told == np.floor(told)) & (np.abs(told) < 2**31)):
            end = "whole numbers" if name else f"whole numbers, {SITS_OUT} to sit out"
            raise Refused(f"{what}{numbers.tolist()}, expected {end}")
        return told

    def deadline(self, given: Any) -> NDArray[np.float64]:
        try:
            return np.array([float(given)])
        except (TypeError, ValueError) as error:
            raise Refused(f"decide() returned deadline_seconds: {type(given).__name__}, expected a number") from error

    def observe(self, body: bytes) -> None:
        numbers = np.frombuffer(body, dtype=np.float64)
        n = self.parameters.clients
        round_, cost, seconds, joules = numbers[:4].tolist()
        self.scheduler.observe(
            Outcome(
                int(round_),
                numbers[4 : 4 + n].astype(np.int32),
                cost,
                seconds,
                joules,
                numbers[4 + n : 4 + 2 * n],
                numbers[4 + 2 * n :],
                self.row_of,
            )
        )
        self.send(OBSERVE, self.state())

    def state(self) -> bytes:
        if not self.saves:
            return b""
        state = self.scheduler.save()
        if not isinstance(state, bytes | bytearray):
            raise Refused(f"save() returned {type(state).__name__}, expected bytes")
        return bytes(state)

    def serve(self) -> None:
        acts = {DECIDE: self.decide, OBSERVE: self.observe}
        while (frame := self.receive()) is not None:
            kind, body = frame
            try:
                if kind == HELLO:
                    self.hello(json.loads(body))
                elif kind == LIMITS:
                    self.limits = limits_from(json.loads(body))
                elif kind == JOB:
                    told = json.loads(body)
                    self.job, self.parameters = told["job"], parameters_from(told["parameters"])
                elif kind == ROW_OF:
                    self.row_of = body.decode()
                elif kind == RESTORE:
                    self.scheduler.restore(bytes(body))
                else:
                    acts[kind](body)
            except Exception as error:
                self.send(FAILURE, json.dumps(failure(error)).encode())


def failure(error: Exception) -> dict[str, Any]:
    """The error with the line of the user's program that it came from."""
    if isinstance(error, Refused):
        return {"message": str(error)}
    if isinstance(error, SyntaxError):
        return {"message": f"SyntaxError: {error.msg}", "file": error.filename, "line": error.lineno}
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent != Path(__file__).parent and not frame.filename.startswith("<")
    ]
    said = {"message": f"{type(error).__name__}: {error}"}
    return {**said, "file": frames[-1].filename, "line": frames[-1].lineno} if frames else said


def load(program: Path) -> Any:
    """The module in a file; modules beside it can be imported."""
    sys.path.insert(0, str(program.parent))
    spec = importlib.util.spec_from_file_location(re.sub(r"\W", "_", program.stem), program)
    if spec is None or spec.loader is None:
        raise Refused("is no Python file: expected a name that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def chosen(module: Any, name: str | None, program: Path) -> Any:
    """The class of that name, or the only one with `decide`."""
    classes = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and hasattr(value, "decide") and value.__module__ == module.__name__
    }
    if name is not None:
        if name not in classes:
            raise Refused(f"has no class {name} with decide(view); it has {', '.join(classes) or 'none'}")
        return classes[name]
    if len(classes) != 1:
        raise Refused(
            f"has {len(classes)} classes with decide(view); expected one, or options.class to name it"
            + (f" ({', '.join(classes)})" if classes else "")
        )
    return next(iter(classes.values()))


def parameters_from(told: dict[str, Any]) -> Parameters:
    """What stays the same from round to round, by names as Python writes them."""
    given = dict(told)
    names = {snake(name): name for name in given}
    known: dict[str, Any] = {
        name: np.array(given.pop(names[name])) if isinstance(given[names[name]], list) else given.pop(names[name])
        for name in Parameters.__dataclass_fields__
        if name in names
    }
    return Parameters(**known, more=given)


def limits_from(told: dict[str, Any]) -> dict[str, Any]:
    """What is open, by names as Python writes them; bounds of clients and servers are arrays."""

    def bounds(given: dict[str, Any]) -> dict[str, Any]:
        return {key: np.array(value, dtype=np.float64) if isinstance(value, list) else value for key, value in given.items()}

    return {snake(name): bounds(limit) if isinstance(limit, dict) else limit for name, limit in told.items()}


def snake(name: str) -> str:
    """`clientPowerW` as `client_power_w`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda letter: f"_{letter[1].lower()}", name)


def main() -> None:
    # Standard output carries frames; what the program prints goes where errors go. Ctrl-C is for the run.
    read, write = os.fdopen(os.dup(0), "rb", 1 << 16), os.fdopen(os.dup(1), "wb", 1 << 16)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.pop("COTWIN_SUPERVISED", None)
    end_with_parent()
    try:
        Host(read, write).serve()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)
