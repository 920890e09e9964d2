"""Times rounds of split learning in PyTorch: python3 learning-torch.py THREADS.

The same as bench/learning/measure.ts: 16 clients with heads of their own, 4 edge servers with a body each, 128 segments of
10 frames of 12 × 12 a client and round, batches of 64; activations up, gradients down, Adam on both sides; bodies averaged.
"""

import os
import sys

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(THREADS)

import json
import resource
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

CLIENTS, SERVERS, SAMPLES, BATCH = 16, 4, 128, 64
FRAMES, SIZE, CLASSES, UNITS = 10, 12, 4, 32
WARM_UP, ROUNDS = 3, 9

torch.set_num_threads(THREADS)
torch.manual_seed(1)


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        )

    def forward(self, x):
        return self.blocks(x.flatten(0, 1)).unflatten(0, (x.shape[0], FRAMES))


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Conv2d(32, 32, 2)
        self.lstm = nn.LSTM(32, UNITS, batch_first=True)
        self.out = nn.Linear(UNITS, CLASSES)

    def forward(self, x):
        features = F.relu(self.block(x.flatten(0, 1))).view(x.shape[0], FRAMES, -1)
        return self.out(self.lstm(features)[0][:, -1])


data = torch.randn(CLIENTS, SAMPLES, FRAMES, 1, SIZE, SIZE)
labels = torch.randint(0, CLASSES, (CLIENTS, SAMPLES))
heads = [Head() for _ in range(CLIENTS)]
bodies = [Body() for _ in range(SERVERS)]
head_steps = [torch.optim.Adam(head.parameters(), lr=1e-3) for head in heads]
body_steps = [torch.optim.Adam(body.parameters(), lr=1e-3) for body in bodies]


def play():
    for server, body in enumerate(bodies):
        clients = range(server, CLIENTS, SERVERS)
        for start in range(0, SAMPLES, BATCH):
            batch = slice(start, start + BATCH)
            sent = [heads[client](data[client, batch]) for client in clients]
            received = [activation.detach().requires_grad_() for activation in sent]
            loss = F.cross_entropy(body(torch.cat(received)), torch.cat([labels[client, batch] for client in clients]))
            body_steps[server].zero_grad(set_to_none=True)
            loss.backward()
            body_steps[server].step()
            for client, activation, arrived in zip(clients, sent, received):
                head_steps[client].zero_grad(set_to_none=True)
                activation.backward(arrived.grad * len(clients))
                head_steps[client].step()
            loss.item()
    with torch.no_grad():
        for shared in zip(*(body.parameters() for body in bodies)):
            mean = torch.stack(shared).mean(0)
            for parameter in shared:
                parameter.copy_(mean)


times = []
for round_number in range(WARM_UP + ROUNDS):
    before = time.perf_counter()
    play()
    if round_number >= WARM_UP:
        times.append(time.perf_counter() - before)
print(
    json.dumps(
        {
            "milliseconds": 1000 * sorted(times)[ROUNDS // 2],
            "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
