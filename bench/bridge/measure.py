"""What environments take from Python: `measure.py transport | vector | joint | decision`; prints one line of JSON, µs."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import cotwin
from cotwin._client import STEP

HOME = Path(__file__).resolve().parents[2]
SCENARIO = HOME / "scenarios" / "quickstart.yaml"


def transport() -> dict[str, float]:
    """A trip there and back with the arrays of a step at 16×4×10, in which the other side has nothing to compute."""
    env = cotwin.CotwinEnv(SCENARIO, game="joint", rounds=1)
    env.reset(seed=1)
    env.step(env.action_space.sample())
    # Whose episode is over does not step: what is left is the way.
    session = env.session
    times = np.empty(20_000)
    for trip in range(times.size):
        start = time.perf_counter()
        session._neighbour.before()
        session.client.send_frame(session._choice)
        session.client.receive(STEP, session._answer)
        session._neighbour.after()
        times[trip] = time.perf_counter() - start
    env.close()
    p10, p50 = np.quantile(times[2000:], (0.1, 0.5)) * 1e6
    return {"p10": p10, "p50": p50}


def vector(count: int = 64) -> dict[str, float]:
    """A step of one of many environments, sequential, everybody choosing the first free slot."""
    env = cotwin.CotwinVectorEnv(SCENARIO, count)
    env.reset(seed=1)
    mask = env.sessions[0].arrays["mask"][:, 0]
    for _ in range(100):
        env.step(mask.argmax(axis=1))
    steps = 400
    start = time.perf_counter()
    for _ in range(steps):
        env.step(mask.argmax(axis=1))
    seconds = time.perf_counter() - start
    env.close()
    return {"microseconds": 1e6 * seconds / (steps * count)}


def joint() -> dict[str, float]:
    """A round of 16 clients and 4 servers that one agent decides, at one environment."""
    env = cotwin.CotwinEnv(SCENARIO, game="joint", rounds=100)
    env.action_space.seed(1)
    actions = [env.action_space.sample() for _ in range(100)]
    env.reset(seed=1)
    steps = 3000
    for step in range(500 + steps):
        if step == 500:
            start = time.perf_counter()
        _, _, terminated, truncated, _ = env.step(actions[step % 100])
        if terminated or truncated:
            env.reset()
    seconds = time.perf_counter() - start
    env.close()
    return {"microseconds": 1e6 * seconds / steps}


def decision() -> dict[str, float]:
    """`hardest-first` in Python beside cotwin's own at 16×4×10, in a run of 1000 rounds: median times, with the way."""
    program = HOME / "scenarios" / "python" / "hardest_first.py"
    scheduler = {"plugin": "python", "label": "python", "options": {"program": str(program), "python": sys.executable}}
    with tempfile.TemporaryDirectory() as folder:
        ran = cotwin.run(
            {"name": "decision", "rounds": 1000, "schedulers": ["hardest-first", scheduler]}, out=Path(folder) / "run"
        )
        rounds, decisions = ran.tables["rounds"], ran.tables["decisions"]
        cost = {label: of["cost"].to_numpy() for label, of in rounds.groupby("scheduler")}
        own, python = (decisions[decisions["scheduler"] == label] for label in ("hardest-first", "python"))
    return {
        "microseconds": 1e6 * python["decisionSeconds"].median(),
        "computing": 1e6 * python["computingSeconds"].median(),
        "own": 1e6 * own["decisionSeconds"].median(),
        "difference": float(np.max(np.abs(cost["python"] / cost["hardest-first"] - 1))),
    }


if __name__ == "__main__":
    print(json.dumps({"transport": transport, "vector": vector, "joint": joint, "decision": decision}[sys.argv[1]]()))
