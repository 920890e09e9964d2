"""Times one workload in PyTorch: python3 tensor-torch.py NAME THREADS [eager | compiled].

The same models, sizes and optimisers as bench/tensor/workloads.ts, timed in the same way. Matrix products go through numpy.
"""

import os
import sys

THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
COMPILED = sys.argv[3:] == ["compiled"]
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(THREADS)

import json
import time

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F

WARM_UP_S = 1.5
MEASURED_S = 1.5
BATCHES = 15

AGENTS, SAMPLES, STATE, ACTIONS = 16, 64, 16, 40
LAYERS = [STATE, 512, 256, 128, 1 + ACTIONS]

torch.set_num_threads(THREADS)
torch.manual_seed(1)
compiled = torch.compile if COMPILED else lambda function: function


def product(m, n, k, transposed=None):
    a = numpy.random.randn(*((k, m) if transposed == "a" else (m, k))).astype(numpy.float32)
    b = numpy.random.randn(*((n, k) if transposed == "b" else (k, n))).astype(numpy.float32)
    a = a.T if transposed == "a" else a
    b = b.T if transposed == "b" else b
    return lambda: a @ b


PRODUCTS = {
    "128": (128, 128, 128),
    "512": (512, 512, 512),
    "1024": (1024, 1024, 1024),
    "32x200x784": (32, 200, 784),
    "784x200x32-at": (784, 200, 32, "a"),
    "64x512x256-bt": (64, 512, 256, "b"),
}


def classifier(model, x):
    labels = torch.arange(32) % 10
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
    loss = compiled(lambda: F.cross_entropy(model(x), labels))

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

    return step


def mlp():
    return classifier(nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 10)), torch.randn(32, 784))


def cnn():
    model = nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10),
    )
    return classifier(model, torch.randn(32, 3, 32, 32))


class LastState(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.out = nn.Linear(128, 10)

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


def lstm():
    return classifier(LastState(), torch.randn(32, 10, 64))


def agents():
    return [
        nn.Parameter(torch.randn(AGENTS, *shape) * 0.05)
        for i, o in zip(LAYERS, LAYERS[1:])
        for shape in ((i, o), (1, o))
    ]


def action_values(parameters, x):
    for i in range(0, len(parameters) - 2, 2):
        x = torch.baddbmm(parameters[i + 1], x, parameters[i]).relu_()
    head = torch.baddbmm(parameters[-1], x, parameters[-2])
    value, advantage = head[..., :1], head[..., 1:]
    return value + advantage - advantage.mean(-1, keepdim=True)


def d3qn_update():
    online, target = agents(), agents()
    states, following = torch.randn(AGENTS, SAMPLES, STATE), torch.randn(AGENTS, SAMPLES, STATE)
    rewards, discounts = torch.randn(AGENTS, SAMPLES), torch.full((AGENTS, SAMPLES), 0.9)
    taken = torch.randint(0, ACTIONS, (AGENTS, SAMPLES, 1))
    optimiser = torch.optim.RMSprop(online, lr=1e-4)

    @compiled
    def goals_of():
        best = action_values(online, following).argmax(-1, keepdim=True)
        return rewards + discounts * action_values(target, following).gather(-1, best).squeeze(-1)

    @compiled
    def loss(goals):
        values = action_values(online, states).gather(-1, taken).squeeze(-1)
        return 0.5 * F.mse_loss(values, goals, reduction="sum") / SAMPLES

    def step():
        with torch.no_grad():
            goals = goals_of()
        optimiser.zero_grad(set_to_none=True)
        loss(goals).backward()
        optimiser.step()

    return step


def d3qn_decision():
    online = agents()
    observed = numpy.random.randn(AGENTS, 1, STATE).astype(numpy.float32)
    chosen = compiled(lambda states: action_values(online, states).argmax(-1))

    def step():
        with torch.no_grad():
            return chosen(torch.from_numpy(observed)).numpy()

    return step


def main(name):
    workloads = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "d3qn-update": d3qn_update, "d3qn-decision": d3qn_decision}
    repeat = workloads[name]() if name in workloads else product(*PRODUCTS[name])
    # What is compiled is compiled by then.
    repeat()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < WARM_UP_S:
        repeat()
        count += 1
    batch = max(1, round(count * MEASURED_S / WARM_UP_S / BATCHES))
    times = []
    for _ in range(BATCHES):
        before = time.perf_counter()
        for _ in range(batch):
            repeat()
        times.append((time.perf_counter() - before) / batch)
    print(json.dumps({"milliseconds": 1000 * sorted(times)[BATCHES // 2]}))


main(sys.argv[1])
