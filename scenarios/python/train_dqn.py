"""From nothing to an agent beside swap matching in a report (Stable-Baselines3, about two minutes).

    pip install core/bridge/python stable-baselines3
    python scenarios/python/train_dqn.py
"""

from pathlib import Path

import torch
from stable_baselines3 import DQN

import cotwin

SCENARIO = Path(__file__).resolve().parents[1] / "quickstart.yaml"
ENVIRONMENT = {"actions": "shortlist", "shortlist": 4}

# A network as small as this takes several threads longer.
torch.set_num_threads(1)
env = cotwin.CotwinEnv(SCENARIO, **ENVIRONMENT)
model = DQN("MlpPolicy", env, learning_starts=2000, gamma=1.0, exploration_final_eps=0.03, device="cpu", verbose=1)
model.learn(40_000)
policy = cotwin.export_mlp(model, "dqn.safetensors").resolve()

run = cotwin.run(
    SCENARIO,
    set={
        "schedulers": [
            "swap-matching",
            {"plugin": "onnx", "label": "my DQN", "options": {"model": str(policy), **ENVIRONMENT}},
        ]
    },
)
print(run.tables["rounds"].groupby("scheduler")["cost"].mean())
print(run.report)
