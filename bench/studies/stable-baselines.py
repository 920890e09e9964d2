"""Whether a learner that knows nothing of cotwin learns: Stable-Baselines3's DQN on the sequential environment.

    pip install core/bridge/python stable-baselines3 matplotlib
    python bench/studies/stable-baselines.py --out studies-out

DQN as it comes (a multilayer perceptron, ε-greedy, replay) chooses for each client that asks one of the four free slots
that look cheapest, in rounds of scenarios/quickstart.yaml. Every half minute it decides the held-out rounds without
exploring; the curve is the mean cost over that of swap matching from a random start. The best policy is written as ONNX.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.callbacks import BaseCallback

import cotwin

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "quickstart.yaml"
ENVIRONMENT = {"actions": "shortlist", "shortlist": 4}


def held_out(env: cotwin.CotwinEnv, decide) -> np.ndarray:
    """Cost of each held-out round by a policy."""
    costs = np.empty(env.validation_rounds)
    for index in range(env.validation_rounds):
        observation, info = env.reset(options={"split": "validation", "index": index})
        over = False
        while not over:
            observation, _, over, _, info = env.step(decide(observation, info["action_mask"]))
        costs[index] = info["cost"]
    return costs


def greedy(model: DQN):
    """The action of greatest value among those that can be taken."""

    def decide(observation: np.ndarray, mask: np.ndarray) -> int:
        with torch.no_grad():
            values = model.q_net(torch.as_tensor(observation)[None])[0].numpy()
        return int(np.argmax(np.where(mask == 1, values, -np.inf)))

    return decide


class Curve(BaseCallback):
    """Decides the held-out rounds now and then, keeps the best policy, and stops when the time is over."""

    def __init__(self, seconds: float, every: float, out: Path) -> None:
        super().__init__()
        self.seconds, self.every, self.out = seconds, every, out
        self.env = cotwin.CotwinEnv(SCENARIO, **ENVIRONMENT)
        self.reference = self.env.reference_costs()
        self.points: list[dict[str, float]] = []
        self.best = np.inf
        self.spent = 0.0

    def _on_training_start(self) -> None:
        self.started = self.last = time.process_time()
        self._judge()

    def _on_step(self) -> bool:
        now = time.process_time()
        if now - self.last >= self.every:
            self._judge()
            self.last = time.process_time()
        return now - self.started - self.spent < self.seconds

    def _judge(self) -> None:
        before = time.process_time()
        costs = held_out(self.env, greedy(self.model))
        ratio = float(costs.mean() / self.reference.mean())
        logs = float(np.exp(np.mean(np.log(costs / self.reference))))
        seconds = before - self.started - self.spent
        self.points.append({"seconds": seconds, "requests": self.num_timesteps, "ratio": ratio, "geometric": logs})
        print(f"{seconds:6.0f} s  {self.num_timesteps:8d} requests  ratio {ratio:.4f}  geometric {logs:.4f}", flush=True)
        if ratio < self.best:
            self.best = ratio
            self.model.save(self.out / "policy.zip")
        self.spent += time.process_time() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("studies-out"))
    parser.add_argument("--seconds", type=float, default=540, help="processor time of the learner, without judging")
    parser.add_argument("--every", type=float, default=45)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    env = cotwin.CotwinEnv(SCENARIO, **ENVIRONMENT)
    model = DQN(
        "MlpPolicy",
        env,
        learning_rate=5e-4,
        buffer_size=100_000,
        learning_starts=2_000,
        batch_size=128,
        gamma=1.0,
        train_freq=4,
        target_update_interval=2_000,
        exploration_fraction=0.1,
        exploration_final_eps=0.03,
        policy_kwargs={"net_arch": [128, 128]},
        seed=given.seed,
        device="cpu",
    )
    curve = Curve(given.seconds, given.every, given.out)
    model.learn(10_000_000, callback=curve)
    (given.out / "curve.json").write_text(json.dumps(curve.points, indent=2) + "\n")
    env.close()
    curve.env.close()


if __name__ == "__main__":
    main()
