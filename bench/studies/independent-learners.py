"""Independent learners on the paper's game (Section V), beside `d3qn` on as many rounds.

    pip install core/bridge/python stable-baselines3 pandas pyarrow
    python bench/studies/independent-learners.py --out studies-out

Every client is an agent that sees what is its own (tier local), asks for a slot at the same time as all others, and earns
−log of the round's cost. `shared`: Stable-Baselines3's DQN as it comes, one policy for all; `own`: a DQN of each agent's
own, all of them side by side in torch. Held out are the scenario's validation rounds; the ratio is the mean cost there over
that of swap matching from a random start. `d3qn` is trained by cotwin in the same game, for as many rounds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path

import numpy as np
import torch
from stable_baselines3 import DQN

import cotwin

HOME = Path(__file__).resolve().parents[2]
SCENARIO = HOME / "scenarios" / "quickstart.yaml"
HIDDEN = [128, 128]
RATE, BATCH, KEPT = 5e-4, 64, 100_000
# Positions and fading are new in every round: what is asked for now changes nothing of what comes.
DISCOUNT = 0.0
LEAST_EXPLORATION, EXPLORING = 0.05, 0.5


def held_out(decide) -> tuple[float, float]:
    """Mean cost over that of swap matching, and the geometric mean of the rounds' ratios."""
    env = cotwin.parallel_env(SCENARIO, mask="info", rounds=1)
    reference = env.reference_costs()
    costs = np.empty(env.validation_rounds)
    for index in range(costs.size):
        seen, _ = env.reset(options={"split": "validation", "index": index})
        slots = decide(np.stack([seen[agent] for agent in env.agents]))
        _, _, _, _, infos = env.step(dict(zip(env.agents, slots.tolist(), strict=True)))
        costs[index] = next(iter(infos.values()))["cost"]
    env.close()
    return float(costs.mean() / reference.mean()), float(np.exp(np.mean(np.log(costs / reference))))


def shared(rounds: int, seed: int, out: Path):
    """One policy for all: every client is an environment of Stable-Baselines3's DQN."""
    env = cotwin.as_agents_vec_env(SCENARIO)
    model = DQN(
        "MlpPolicy",
        env,
        learning_rate=RATE,
        buffer_size=KEPT,
        learning_starts=16 * 200,
        batch_size=16 * BATCH,
        gamma=DISCOUNT,
        train_freq=1,
        gradient_steps=1,
        exploration_fraction=EXPLORING,
        exploration_final_eps=LEAST_EXPLORATION,
        policy_kwargs={"net_arch": HIDDEN},
        seed=seed,
        device="cpu",
    )
    model.learn(rounds * env.num_envs)
    env.close()
    cotwin.export_mlp(model, out / "shared.safetensors")
    return lambda seen: model.predict(seen, deterministic=True)[0]


class Networks(torch.nn.Module):
    """As many perceptrons as agents, computed side by side: agents×rows×numbers to agents×rows×actions."""

    def __init__(self, agents: int, widths: list[int]) -> None:
        super().__init__()
        pairs = list(zip(widths, widths[1:], strict=False))
        self.weights = torch.nn.ParameterList(
            [torch.nn.Parameter(torch.randn(agents, a, b) * (2 / a) ** 0.5) for a, b in pairs]
        )
        self.biases = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(agents, 1, b)) for _, b in pairs])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer, (weights, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = torch.baddbmm(bias, x, weights)
            if layer < len(self.weights) - 1:
                x = torch.relu(x)
        return x


def own(rounds: int, seed: int, _out: Path):
    """A DQN of each agent's own; with a discount of 0 its target is what it earned."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    env = cotwin.parallel_env(SCENARIO, mask="info")
    agents, sizes = env.possible_agents, env.session.sizes
    networks = Networks(len(agents), [sizes.observation, *HIDDEN, sizes.actions])
    adam = torch.optim.Adam(networks.parameters(), lr=RATE)
    kept = min(rounds, KEPT // len(agents))
    states = torch.zeros(kept, len(agents), sizes.observation)
    actions = torch.zeros(kept, len(agents), dtype=torch.int64)
    rewards = torch.zeros(kept, len(agents))
    seen, _ = env.reset(seed=seed)
    for step in range(rounds):
        state = torch.from_numpy(np.stack([seen[agent] for agent in agents]))
        exploration = max(LEAST_EXPLORATION, 1 - step / (EXPLORING * rounds) * (1 - LEAST_EXPLORATION))
        with torch.no_grad():
            chosen = networks(state[:, None])[:, 0].argmax(dim=1).numpy()
        explores = random.random(len(agents)) < exploration
        chosen = np.where(explores, random.integers(sizes.actions, size=len(agents)), chosen)
        seen, earned, _, _, _ = env.step(dict(zip(agents, chosen.tolist(), strict=True)))
        place = step % kept
        states[place], actions[place] = state, torch.from_numpy(chosen)
        rewards[place] = torch.tensor([earned[agent] for agent in agents])
        if not env.agents:
            seen, _ = env.reset()
        if step >= 200:
            drawn = torch.from_numpy(random.integers(min(step + 1, kept), size=BATCH))
            values = networks(states[drawn].transpose(0, 1)).gather(2, actions[drawn].T[:, :, None])[:, :, 0]
            loss = torch.nn.functional.smooth_l1_loss(values, rewards[drawn].T, reduction="none").mean(dim=1).sum()
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(networks.parameters(), 10.0)
            adam.step()
    env.close()

    def decide(seen: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return networks(torch.from_numpy(seen)[:, None])[:, 0].argmax(dim=1).numpy()

    return decide


def random_slots(_rounds: int, seed: int, _out: Path):
    """Nobody has learned anything."""
    random = np.random.default_rng(seed)
    return lambda seen: random.integers(40, size=len(seen))


def d3qn(rounds: int, seed: int, out: Path) -> tuple[Path, dict[str, object]]:
    """Trains cotwin's own agents in the same game; returns their weights and options."""
    options = {
        "observation": "local",
        "reward": "negative-log-cost",
        "hidden": HIDDEN,
        "rounds": rounds,
        "discount": DISCOUNT,
        "learningRate": RATE,
    }
    scenario = out / "d3qn.json"
    scenario.write_text(json.dumps({"extends": str(SCENARIO), "schedulers": [{"plugin": "d3qn", "options": options}]}))
    main = HOME / "dist" / "core" / "cli" / "main.js"
    folder = out / f"trained-{seed}"
    subprocess.run(["node", main, "train", scenario, "--out", folder, "--seed", str(seed), "--quiet"], check=True)
    return folder / "d3qn.safetensors", options


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("studies-out"))
    parser.add_argument("--rounds", type=int, default=20_000, help="rounds to learn from")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for name, learn in (("nobody learns", random_slots), ("shared", shared), ("own", own)):
        start = time.process_time()
        decide = learn(given.rounds, given.seed, given.out)
        seconds = time.process_time() - start
        ratio, geometric = held_out(decide)
        print(f"{name:14} {seconds:7.0f} s  ratio {ratio:.3f}  geometric {geometric:.3f}", flush=True)
    start = time.perf_counter()
    weights, options = d3qn(given.rounds, given.seed, given.out)
    print(f"d3qn           {time.perf_counter() - start:7.0f} s (wall clock)", flush=True)
    model = str((given.out / "shared.safetensors").resolve())
    ran = cotwin.run(
        SCENARIO,
        set={
            "rounds": 1000,
            "schedulers": [
                "swap-matching",
                "hardest-first",
                "random",
                {"plugin": "d3qn", "options": {**options, "weights": str(weights.resolve())}},
                {"plugin": "onnx", "label": "shared", "options": {"model": model, "game": "parallel", "tier": "local"}},
            ],
        },
        out=given.out / f"run-{given.seed}",
    )
    costs = {label: of["cost"].to_numpy() for label, of in ran.tables["rounds"].groupby("scheduler", sort=False)}
    for label, cost in costs.items():
        ratio = cost.mean() / costs["swap-matching"].mean()
        print(f"{label:14} ratio {ratio:.3f}  geometric {np.exp(np.mean(np.log(cost / costs['swap-matching']))):.3f}")
    print(ran.report)


if __name__ == "__main__":
    main()
