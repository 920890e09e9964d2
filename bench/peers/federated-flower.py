"""Federated averaging in Flower's simulation, two clients at once on a thread each: python3 federated-flower.py FOLDER."""

import logging
import os
import time
from pathlib import Path

os.environ["RAY_DEDUP_LOGS"] = "0"
os.environ["FLWR_TELEMETRY_ENABLED"] = os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import torch
import torch.nn.functional as F
from federated_common import (
    BATCH, CLIENTS, LEARNING_RATE, ROUNDS, SAMPLES, chosen_in, load_samples, load_weights, network, now, orders, report,
)
from flwr.app import ArrayRecord, ConfigRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg
from flwr.simulation import run_simulation

logging.getLogger("flwr").setLevel(logging.ERROR)

client = ClientApp()


@client.train()
def train(message: Message, context: Context) -> Message:
    torch.set_num_threads(1)
    model = network()
    model.load_state_dict(message.content["arrays"].to_torch_state_dict())
    config = message.content["config"]
    order = orders[config["server-round"] - 1][config["place"]]
    samples = load_samples()
    optimiser = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    total = 0.0
    for start in range(0, SAMPLES, BATCH):
        x, y = samples(order[start : start + BATCH])
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimiser.step()
        total += loss.item() * len(y)
    metrics = MetricRecord({"train_loss": total / SAMPLES, "num-examples": SAMPLES})
    return Message(
        content=RecordDict({"arrays": ArrayRecord(model.state_dict()), "metrics": metrics}), reply_to=message
    )


def memory_of_all():
    """Proportional set size of this process and all below it, MiB."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            pass
    family = {os.getpid()}
    while len(more := family | {pid for pid, parent in parents.items() if parent in family}) > len(family):
        family = more
    total = 0
    for pid in family:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(rollup.split("Pss:", 1)[1].split()[0])
        except OSError:
            pass
    return total / 1024


class Rounds(FedAvg):
    """Chooses the clients that everybody chooses, and keeps when rounds ended."""

    def __init__(self):
        super().__init__(fraction_evaluate=0.0)
        self.began, self.times, self.losses, self.first, self.memory = 0.0, [], [], 0.0, 0.0

    def configure_train(self, server_round, arrays, config, grid):
        while len(nodes := sorted(grid.get_node_ids())) < CLIENTS:
            time.sleep(0.05)
        self.began = time.perf_counter()
        return [
            Message(
                content=RecordDict(
                    {"arrays": arrays, "config": ConfigRecord({"server-round": server_round, "place": place})}
                ),
                message_type="train",
                dst_node_id=nodes[client],
            )
            for place, client in enumerate(chosen_in(server_round - 1))
        ]

    def aggregate_train(self, server_round, replies):
        arrays, metrics = super().aggregate_train(server_round, replies)
        self.times.append(time.perf_counter() - self.began)
        self.first = self.first or now()
        self.losses.append(metrics["train_loss"])
        self.memory = max(self.memory, memory_of_all())
        return arrays, metrics


server = ServerApp()
strategy = Rounds()


@server.main()
def main(grid: Grid, context: Context) -> None:
    model = network()
    load_weights(model)
    strategy.start(grid=grid, initial_arrays=ArrayRecord(model.state_dict()), num_rounds=ROUNDS)


if __name__ == "__main__":
    run_simulation(
        server_app=server,
        client_app=client,
        num_supernodes=CLIENTS,
        backend_config={"client_resources": {"num_cpus": 1, "num_gpus": 0.0}, "init_args": {"num_cpus": 2}},
    )
    report(strategy.times[1:], strategy.first, strategy.losses, strategy.memory)
