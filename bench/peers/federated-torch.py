"""Federated averaging as a plain loop in PyTorch: python3 federated-torch.py FOLDER THREADS."""

import time

import torch
import torch.nn.functional as F
from federated_common import (
    BATCH, LEARNING_RATE, ROUNDS, SAMPLES, chosen_in, load_samples, load_weights, network, now, orders, report,
)

model = network()
load_weights(model)
parameters = list(model.parameters())
shared = [parameter.detach().clone() for parameter in parameters]
samples = load_samples()
times, losses, first = [], [], 0.0
for round_number in range(ROUNDS):
    before = time.perf_counter()
    sums = [torch.zeros_like(each) for each in shared]
    total = 0.0
    chosen = chosen_in(round_number)
    for place in range(len(chosen)):
        with torch.no_grad():
            for parameter, value in zip(parameters, shared):
                parameter.copy_(value)
        optimiser = torch.optim.SGD(parameters, lr=LEARNING_RATE)
        order = orders[round_number][place]
        for start in range(0, SAMPLES, BATCH):
            x, y = samples(order[start : start + BATCH])
            optimiser.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimiser.step()
            total += loss.item() * len(y)
        with torch.no_grad():
            for running, parameter in zip(sums, parameters):
                running += parameter
    shared = [running / len(chosen) for running in sums]
    if round_number == 0:
        first = now()
    else:
        times.append(time.perf_counter() - before)
    losses.append(total / (len(chosen) * SAMPLES))
report(times, first, losses)
