"""Writes test/tensor/fixtures: what PyTorch computes in ten optimiser steps of small models.

Each file holds the data, the parameters before and after, the gradients of the first step and the loss of every step, in
the layouts of TensorFlow.js (dense I x O, filters h x w x I x O, images NHWC). Run: python3 bench/peers/tensor-fixtures.py
"""

import json
import pathlib
import struct

import numpy
import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "tensor" / "fixtures"
STEPS = 10
TYPES = {"float32": "F32", "int32": "I32"}

torch.manual_seed(4)
torch.set_num_threads(1)


def write(name, arrays):
    header, blobs, offset = {}, [], 0
    for key, array in arrays.items():
        blob = numpy.ascontiguousarray(array).tobytes()
        header[key] = {
            "dtype": TYPES[str(array.dtype)],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def as_dense(weight):
    return weight.t()


def as_filter(weight):
    return weight.permute(2, 3, 1, 0)


def same(tensor):
    return tensor


def numpy_of(tensor):
    return tensor.detach().contiguous().numpy().copy()


def train(name, data, parameters, optimiser, loss):
    """`parameters`: name -> (parameter, layout)."""
    arrays = {f"data/{key}": numpy_of(value) for key, value in data.items()}
    for key, (parameter, layout) in parameters.items():
        arrays[f"before/{key}"] = numpy_of(layout(parameter))
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        if step == 0:
            for key, (parameter, layout) in parameters.items():
                arrays[f"gradient/{key}"] = numpy_of(layout(parameter.grad))
        optimiser.step()
        losses.append(value.item())
    for key, (parameter, layout) in parameters.items():
        arrays[f"after/{key}"] = numpy_of(layout(parameter))
    arrays["losses"] = numpy.array(losses, dtype=numpy.float32)
    write(name, arrays)


def parameter(*shape):
    return torch.nn.Parameter(torch.randn(*shape) * (2 / shape[-1]) ** 0.5)


def mlp():
    x, labels = torch.randn(16, 12), torch.randint(0, 5, (16,), dtype=torch.int32)
    w1, b1, w2, b2 = parameter(20, 12), parameter(20), parameter(5, 20), parameter(5)
    train(
        "mlp",
        {"x": x, "labels": labels},
        {"w1": (w1, as_dense), "b1": (b1, same), "w2": (w2, as_dense), "b2": (b2, same)},
        torch.optim.SGD([w1, b1, w2, b2], lr=0.1, momentum=0.9),
        lambda: F.cross_entropy(F.linear(F.relu(F.linear(x, w1, b1)), w2, b2), labels.long()),
    )


def cnn():
    images, labels = torch.randn(4, 3, 8, 8), torch.randint(0, 4, (4,), dtype=torch.int32)
    f1, b1, f2, b2 = parameter(6, 3, 3, 3), parameter(6), parameter(5, 6, 3, 3), parameter(5)
    gain, shift = torch.nn.Parameter(torch.rand(6) + 0.5), parameter(6)
    w, b = parameter(4, 20), parameter(4)

    def loss():
        h = F.relu(F.conv2d(images, f1, b1, padding=1))
        h = F.max_pool2d(F.batch_norm(h, None, None, gain, shift, training=True), 2)
        h = F.max_pool2d(F.relu(F.conv2d(h, f2, b2, padding=1)), 2)
        return F.cross_entropy(F.linear(h.permute(0, 2, 3, 1).reshape(4, 20), w, b), labels.long())

    train(
        "cnn",
        {"x": images.permute(0, 2, 3, 1), "labels": labels},
        {
            "f1": (f1, as_filter), "b1": (b1, same), "gain": (gain, same), "shift": (shift, same),
            "f2": (f2, as_filter), "b2": (b2, same), "w": (w, as_dense), "b": (b, same),
        },
        torch.optim.Adam([f1, b1, gain, shift, f2, b2, w, b], lr=0.01),
        loss,
    )


def lstm():
    x, labels = torch.randn(6, 5, 7), torch.randint(0, 3, (6,), dtype=torch.int32)
    layer = torch.nn.LSTM(7, 9, batch_first=True)
    # PyTorch has two biases where one would do; the second stays zero.
    layer.bias_hh_l0.data.zero_()
    layer.bias_hh_l0.requires_grad_(False)
    gain, shift = torch.nn.Parameter(torch.rand(9) + 0.5), parameter(9)
    w, b = parameter(3, 9), parameter(3)
    trained = [layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, gain, shift, w, b]
    train(
        "lstm",
        {"x": x, "labels": labels},
        {
            "kernel": (layer.weight_ih_l0, as_dense), "recurrent": (layer.weight_hh_l0, as_dense),
            "bias": (layer.bias_ih_l0, same), "gain": (gain, same), "shift": (shift, same),
            "w": (w, as_dense), "b": (b, same),
        },
        torch.optim.AdamW(trained, lr=0.01, weight_decay=0.1),
        lambda: F.cross_entropy(F.linear(F.layer_norm(layer(x)[0][:, -1], (9,), gain, shift), w, b), labels.long()),
    )


def dueling():
    """Double, dueling Q-learning of three agents side by side; the target network is synchronised after step five."""
    agents, samples, actions = 3, 8, 6
    sizes = [(5, 16), (16, 12), (12, 1 + actions)]
    online = [parameter(agents, *shape) for i, o in sizes for shape in ((i, o), (o,))]
    target = [p.detach().clone() for p in online]
    states, following = torch.randn(agents, samples, 5), torch.randn(agents, samples, 5)
    rewards, discounts = torch.randn(agents, samples), 0.9 * (torch.rand(agents, samples) > 0.2).float()
    taken = torch.randint(0, actions, (agents, samples), dtype=torch.int32)
    steps = 0

    def q(parameters, x):
        for i in range(0, 4, 2):
            x = F.relu(torch.matmul(x, parameters[i]) + parameters[i + 1].unsqueeze(1))
        head = torch.matmul(x, parameters[4]) + parameters[5].unsqueeze(1)
        value, advantage = head[..., :1], head[..., 1:]
        return value + advantage - advantage.mean(-1, keepdim=True)

    def loss():
        nonlocal steps
        if steps == 5:
            for copy, p in zip(target, online):
                copy.copy_(p.detach())
        steps += 1
        with torch.no_grad():
            best = q(online, following).argmax(-1, keepdim=True)
            goal = rewards + discounts * q(target, following).gather(-1, best).squeeze(-1)
        values = q(online, states).gather(-1, taken.long().unsqueeze(-1)).squeeze(-1)
        return F.huber_loss(values, goal, reduction="sum", delta=1.0) / samples

    train(
        "dueling",
        {"states": states, "following": following, "rewards": rewards, "discounts": discounts, "taken": taken},
        {f"p{i}": (p, same) for i, p in enumerate(online)},
        torch.optim.RMSprop(online, lr=0.003, alpha=0.95, eps=1e-6),
        loss,
    )


def attention():
    """One block of a transformer over looked-up symbols: embedding, two heads, residual, layer normalisation."""
    symbols, labels = torch.randint(0, 11, (4, 6), dtype=torch.int32), torch.randint(0, 3, (4,), dtype=torch.int32)
    table, wq, wk, wv = parameter(11, 8), parameter(8, 8), parameter(8, 8), parameter(8, 8)
    gain, shift, w, b = torch.nn.Parameter(torch.rand(8) + 0.5), parameter(8), parameter(3, 8), parameter(3)

    def heads(x, weight):
        return F.linear(x, weight).reshape(4, 6, 2, 4).transpose(1, 2)

    def loss():
        x = F.embedding(symbols.long(), table)
        scores = heads(x, wq) @ heads(x, wk).transpose(-1, -2) / 2
        mixed = (scores.softmax(-1) @ heads(x, wv)).transpose(1, 2).reshape(4, 6, 8)
        return F.cross_entropy(F.linear(F.layer_norm(x + mixed, (8,), gain, shift).mean(1), w, b), labels.long())

    train(
        "attention",
        {"symbols": symbols, "labels": labels},
        {
            "table": (table, same), "wq": (wq, as_dense), "wk": (wk, as_dense), "wv": (wv, as_dense),
            "gain": (gain, same), "shift": (shift, same), "w": (w, as_dense), "b": (b, same),
        },
        torch.optim.SGD([table, wq, wk, wv, gain, shift, w, b], lr=0.2),
        loss,
    )


def update_first(tensor):
    """PyTorch puts the reset gate before the update gate, Keras after."""
    reset, update, candidate = tensor.chunk(3, -1)
    return torch.cat([update, reset, candidate], -1)


def gru():
    x, labels = torch.randn(6, 5, 7), torch.randint(0, 3, (6,), dtype=torch.int32)
    layer = torch.nn.GRU(7, 10, batch_first=True)
    w, b = parameter(3, 10), parameter(3)
    dense_gates = lambda weight: update_first(weight.t())
    train(
        "gru",
        {"x": x, "labels": labels},
        {
            "kernel": (layer.weight_ih_l0, dense_gates), "recurrent": (layer.weight_hh_l0, dense_gates),
            "bias": (layer.bias_ih_l0, update_first), "recurrentBias": (layer.bias_hh_l0, update_first),
            "w": (w, as_dense), "b": (b, same),
        },
        torch.optim.Adam([*layer.parameters(), w, b], lr=0.02),
        lambda: F.cross_entropy(F.linear(layer(x)[0].mean(1), w, b), labels.long()),
    )


mlp()
cnn()
lstm()
dueling()
attention()
gru()
