"""Federated averaging in pfl-research's simulator: python3 federated-pfl.py FOLDER THREADS."""

import time

import numpy
import torch
import torch.nn.functional as F
from federated_common import (
    BATCH, CHOSEN, LEARNING_RATE, ROUNDS, SAMPLES, chosen_in, load_samples, load_weights, network, now, orders, report,
)
from pfl.aggregate.simulate import SimulatedBackend
from pfl.algorithm.base import NNAlgorithmParams
from pfl.algorithm.federated_averaging import FederatedAveraging
from pfl.callback.base import TrainingProcessCallback
from pfl.data.dataset import Dataset
from pfl.data.federated_dataset import FederatedDataset
from pfl.hyperparam import NNTrainHyperParams
from pfl.metrics import Metrics
from pfl.model.pytorch import PyTorchModel

numpy.random.seed(1)
samples = load_samples()


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = network()
        self.total = 0.0

    def loss(self, x, y, eval=False):
        loss = F.cross_entropy(self.layers(x), y)
        self.total += loss.item() * len(y)
        return loss

    def metrics(self, x, y, eval=False):
        return {}


class Clock(TrainingProcessCallback):
    """Keeps when rounds ended, and their losses."""

    def __init__(self):
        self.ended, self.losses, self.first = [time.perf_counter()], [], 0.0

    def after_central_iteration(self, aggregate_metrics, model, *, central_iteration):
        self.ended.append(time.perf_counter())
        self.first = self.first or now()
        self.losses.append(module.total / (CHOSEN * SAMPLES))
        module.total = 0.0
        return False, Metrics()


drawn = -1


def next_user():
    global drawn
    drawn += 1
    return drawn


def dataset_of(number):
    """Users are numbered on and on, CHOSEN a round: each number is a client in its round."""
    round_number, place = divmod(number, CHOSEN)
    x, y = samples(orders[round_number][place])
    return Dataset([x, y], user_id=str(chosen_in(round_number)[place]))


module = Network()
load_weights(module.layers)
model = PyTorchModel(module, torch.optim.SGD, torch.optim.SGD(module.parameters(), lr=1.0))
backend = SimulatedBackend(training_data=FederatedDataset(dataset_of, next_user), val_data=None)
clock = Clock()
FederatedAveraging().run(
    NNAlgorithmParams(
        central_num_iterations=ROUNDS, evaluation_frequency=1000, train_cohort_size=CHOSEN, val_cohort_size=None
    ),
    backend,
    model,
    NNTrainHyperParams(local_num_epochs=1, local_learning_rate=LEARNING_RATE, local_batch_size=BATCH),
    None,
    [clock],
    send_metrics_to_platform=False,
)
times = [after - before for before, after in zip(clock.ended[1:], clock.ended[2:])]
report(times, clock.first, clock.losses)
