"""What the federated peers share: data, weights and orders of samples that bench/federated/prepare.ts has written."""

import json
import os
import resource
import sys
import time
from pathlib import Path


def started() -> float:
    """When this process began, on the clock of time.time()."""
    with open("/proc/self/stat") as stat:
        ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
    with open("/proc/stat") as stat:
        boot = next(int(line.split()[1]) for line in stat if line.startswith("btime"))
    return boot + ticks / os.sysconf("SC_CLK_TCK")


BEGAN = started()
# Processes that a peer starts by itself have the environment, and other arguments.
if "COTWIN_BENCH_FOLDER" not in os.environ:
    os.environ["COTWIN_BENCH_FOLDER"] = sys.argv[1]
    os.environ["COTWIN_BENCH_THREADS"] = sys.argv[2] if len(sys.argv) > 2 else "1"
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
FOLDER = Path(os.environ["COTWIN_BENCH_FOLDER"])
THREADS = int(os.environ["COTWIN_BENCH_THREADS"])
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(THREADS)

import numpy
import torch
import torch.nn as nn

torch.set_num_threads(THREADS)

BATCH, LEARNING_RATE, ROUNDS = 20, 0.05, 4
shapes = json.loads((FOLDER / "shapes.json").read_text())
CLIENTS, CHOSEN, SAMPLES = shapes["clients"], shapes["chosen"], shapes["samples"]
orders = numpy.fromfile(FOLDER / "order.bin", numpy.int32).reshape(-1, CHOSEN, SAMPLES)


def chosen_in(round_number):
    return [(round_number * CHOSEN + i) % CLIENTS for i in range(CHOSEN)]


def network():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10),
    )


def load_weights(model):
    """Our weights in PyTorch's order: filters h×w×I×O to O×I×h×w, dense I×O to O×I, rows of pixels to planes."""
    flat = numpy.fromfile(FOLDER / "weights.bin", numpy.float32)
    at = 0
    for parameter, entry in zip(model.parameters(), shapes["parameters"], strict=True):
        shape = entry["shape"]
        size = int(numpy.prod(shape))
        values = flat[at : at + size].reshape(shape)
        at += size
        if len(shape) == 4:
            values = values.transpose(3, 2, 0, 1)
        elif len(shape) == 2 and shape[0] == 4096:
            values = values.reshape(8, 8, 64, shape[1]).transpose(3, 2, 0, 1).reshape(shape[1], 4096)
        elif len(shape) == 2:
            values = values.T
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(numpy.ascontiguousarray(values)))


def load_samples():
    """Images `N×3×32×32` as floats from 0 to 1 for the samples asked for, and their labels."""
    images = numpy.load(FOLDER / "x.npy", mmap_mode="r")
    labels = torch.from_numpy(numpy.load(FOLDER / "y.npy").astype(numpy.int64))

    def samples(indices):
        x = torch.from_numpy(images[indices]).permute(0, 3, 1, 2).contiguous().float().div_(255)
        return x, labels[indices]

    return samples


def report(times, first_round_ended, losses, mebibytes=None):
    print(
        json.dumps(
            {
                "milliseconds": 1000 * sorted(times)[len(times) // 2],
                "firstRoundSeconds": first_round_ended - BEGAN,
                "mebibytes": mebibytes or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "loss1": losses[0],
                "loss2": losses[1],
            }
        )
    )


def now():
    return time.time()
