"""A step of mobile-env (Schneider et al., 2022) with as many users and stations: 16 and 4, one agent for all; µs."""

import json
import time

from mobile_env.core.base import MComCore
from mobile_env.core.entities import BaseStation, UserEquipment
from mobile_env.handlers.central import MComCentralHandler

STEPS = 3000
WARM_UP = 500

config = {**MComCore.default_config(), "width": 600, "height": 600, "handler": MComCentralHandler, "EP_MAX_TIME": 100}
places = [(0, 0), (600, 0), (0, 600), (600, 600)]
stations = [BaseStation(number, place, **config["bs"]) for number, place in enumerate(places)]
users = [UserEquipment(number, **config["ue"]) for number in range(16)]
env = MComCore(stations, users, config)
env.action_space.seed(1)
actions = [env.action_space.sample() for _ in range(100)]
env.reset(seed=1)
start = 0.0
for step in range(WARM_UP + STEPS):
    if step == WARM_UP:
        start = time.perf_counter()
    _, _, terminated, truncated, _ = env.step(actions[step % 100])
    if terminated or truncated:
        env.reset()
print(json.dumps({"microseconds": 1e6 * (time.perf_counter() - start) / STEPS}))
