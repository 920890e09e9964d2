"""Policies that were trained in Python, for the scheduler `onnx`; and d3qn's own, as ONNX for others."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _program
from ._given import one_of, shown
from ._given import path as checked_path
from .errors import CotwinError

__all__ = ["Layer", "export_d3qn", "export_mlp", "export_onnx", "export_sequential_q", "layers_of"]


_MODELS = "a torch.nn.Sequential, its state_dict, or a policy of Stable-Baselines3"
_ACTIVATIONS = ("relu", "tanh", "linear")


@dataclass(frozen=True)
class Layer:
    """A dense layer: weights outputs×inputs, as torch has them, and what follows it: `relu`, `tanh` or `linear`."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    activation: str


def layers_of(model: Any, activations: Sequence[str] | None = None) -> list[Layer]:
    """The layers of a multilayer perceptron that scores actions.

    `model`: a Stable-Baselines3 DQN, PPO, A2C or MaskablePPO with `MlpPolicy`; a `torch.nn.Sequential` of `Linear`, `ReLU`,
    `Tanh`; or a `state_dict` of one, whose layers are then followed by `activations` (`relu`, the last `linear`).
    """
    if isinstance(model, Mapping):
        return _of_state(model, activations)
    if hasattr(model, "policy"):
        return _of_modules(_of_sb3(model))
    try:
        modules = list(model)
    except TypeError as error:
        raise CotwinError(f"model: got {shown(model)}, expected a perceptron: {_MODELS}") from error
    return _of_modules(modules)


def export_mlp(model: Any, path: str | os.PathLike[str], activations: Sequence[str] | None = None) -> Path:
    """Writes a perceptron as .safetensors, which the scheduler `onnx` computes by itself, without a runtime."""
    layers = layers_of(model, activations)
    tensors = {}
    for index, layer in enumerate(layers):
        tensors[f"{index}/weights"] = layer.weights
        tensors[f"{index}/bias"] = layer.bias
    values = {"activations": " ".join(layer.activation for layer in layers)}
    notes = {"kind": "policy", "plugin": "perceptron", "cotwin.values": json.dumps(values)}
    return _write(path, _safetensors(tensors, notes))


def export_onnx(model: Any, path: str | os.PathLike[str], activations: Sequence[str] | None = None) -> Path:
    """Writes a perceptron as an ONNX model: `observation` (rows×numbers) to `scores` (rows×actions)."""
    helper, numpy_helper = _onnx()
    layers = layers_of(model, activations)
    nodes, constants, name = [], [], "observation"
    for index, layer in enumerate(layers):
        constants.append(numpy_helper.from_array(layer.weights, f"weights_{index}"))
        constants.append(numpy_helper.from_array(layer.bias, f"bias_{index}"))
        out = "scores" if index == len(layers) - 1 else f"hidden_{index}"
        dense = out if layer.activation == "linear" else f"dense_{index}"
        nodes.append(helper.make_node("Gemm", [name, f"weights_{index}", f"bias_{index}"], [dense], transB=1))
        if layer.activation != "linear":
            nodes.append(helper.make_node(layer.activation.capitalize(), [dense], [out]))
        name = out
    return _write_onnx(path, nodes, constants, layers[0].weights.shape[1], layers[-1].bias.size)


def export_d3qn(weights: str | os.PathLike[str], path: str | os.PathLike[str]) -> Path:
    """Writes the networks that `cotwin train` made for `d3qn` as one ONNX model: N×numbers to Q, N×actions."""
    helper, numpy_helper = _onnx()
    tensors, notes = read_safetensors(weights)
    if notes.get("plugin") != "d3qn":
        raise CotwinError(f"{weights} holds weights of {notes.get('plugin')}, expected d3qn")
    values = json.loads(notes["cotwin.values"])
    clients, actions = int(values["clients"]), int(values["servers"]) * int(values["channels"])
    networks = 1 if values["sharedParameters"] in (True, "true") else clients
    flat = tensors["online"].ravel()
    hidden = [int(width) for width in str(values["hidden"]).split("-")]
    widths = [*hidden, 1 + actions]
    # What is left of the first layer's numbers tells how many it takes.
    rest = flat.size // networks - sum((a + 1) * b for a, b in zip(widths, widths[1:], strict=False)) - widths[0]
    inputs = rest // widths[0]
    nodes = [helper.make_node("Unsqueeze", ["observation", "one"], ["x_0"])]
    constants = [numpy_helper.from_array(np.array([1], dtype=np.int64), "one")]
    at, width = 0, inputs
    for index, outputs in enumerate(widths):
        last = index == len(widths) - 1
        for kind, shape in (("weights", (networks, width, outputs)), ("bias", (networks, 1, outputs))):
            size = int(np.prod(shape))
            constants.append(numpy_helper.from_array(flat[at : at + size].reshape(shape).copy(), f"{kind}_{index}"))
            at += size
        nodes.append(helper.make_node("MatMul", [f"x_{index}", f"weights_{index}"], [f"product_{index}"]))
        sum_ = f"sum_{index}"
        nodes.append(helper.make_node("Add", [f"product_{index}", f"bias_{index}"], [sum_]))
        if not last:
            nodes.append(helper.make_node("Relu", [sum_], [f"x_{index + 1}"]))
        width = outputs
    # Dueling: V + A − mean A.
    constants += [
        numpy_helper.from_array(np.array([1, actions], dtype=np.int64), "parts"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "two"),
    ]
    nodes += [
        helper.make_node("Split", [f"sum_{len(widths) - 1}", "parts"], ["value", "advantage"], axis=2),
        helper.make_node("ReduceMean", ["advantage", "two"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["advantage", "mean"], ["centred"]),
        helper.make_node("Add", ["value", "centred"], ["q"]),
        helper.make_node("Squeeze", ["q", "one"], ["scores"]),
    ]
    return _write_onnx(path, nodes, constants, inputs, actions)


def export_sequential_q(weights: str | os.PathLike[str], path: str | os.PathLike[str]) -> Path:
    """Writes the network of `sequential-q` as an ONNX model: features of a request's candidates (rows×32) to their values.

    `weights` is what `cotwin train` wrote, or `local`, `twin` or `large-scale` for the weights that come with that tier. The
    scheduler decides by it as `{ plugin: sequential-q, options: { tier: …, weights: that.onnx } }`.
    """
    helper, numpy_helper = _onnx()
    tensors, notes = read_safetensors(_shipped(weights) if isinstance(weights, str) and weights in _SHIPPED else weights)
    if notes.get("plugin") != "sequential-q":
        raise CotwinError(f"{weights} holds weights of {notes.get('plugin')}, expected sequential-q")
    width = tensors["encoder/bias"].size
    inputs = tensors["encoder/weights"].size // width
    shapes = {
        "encoder/weights": (inputs, width),
        "slot/weights": (width, width),
        "slot/pooled": (width, width),
        "advantage/weights": (width, 1),
        "value/weights": (width, 1),
    }
    constants = [
        numpy_helper.from_array(np.ascontiguousarray(values.reshape(shapes.get(name, (-1,)))), name)
        for name, values in tensors.items()
    ]
    constants.append(numpy_helper.from_array(np.array([0], dtype=np.int64), "candidates"))
    constants.append(numpy_helper.from_array(np.array([1], dtype=np.int64), "one"))
    # Deep sets with a dueling head: each candidate's encoding, and the mean of all; Q = V + A − mean A.
    steps = [
        ("Gemm", ["observation", "encoder/weights", "encoder/bias"], "encoding"),
        ("Relu", ["encoding"], "first"),
        ("ReduceMean", ["first", "candidates"], "pooled"),
        ("Gemm", ["pooled", "slot/pooled", "slot/bias"], "context"),
        ("MatMul", ["first", "slot/weights"], "own"),
        ("Add", ["own", "context"], "found"),
        ("Relu", ["found"], "second"),
        ("ReduceMean", ["second", "candidates"], "average"),
        ("Gemm", ["average", "value/weights", "value/bias"], "value"),
        ("MatMul", ["second", "advantage/weights"], "advantage"),
        ("ReduceMean", ["advantage", "candidates"], "mean"),
        ("Sub", ["advantage", "mean"], "centred"),
        ("Add", ["value", "centred"], "q"),
        ("Squeeze", ["q", "one"], "scores"),
    ]
    nodes = [
        helper.make_node(kind, given, [made], **({"keepdims": 1} if kind == "ReduceMean" else {}))
        for kind, given, made in steps
    ]
    return _write_onnx(path, nodes, constants, inputs, None)


_SHIPPED = ("local", "twin", "large-scale")


def _shipped(tier: Any) -> Path:
    """The weights that come with a tier."""
    home = _program.home()
    file = home / "dist" / "plugins" / "schedulers" / "sequential-q" / "weights" / f"{tier}.safetensors"
    if not file.exists():
        raise CotwinError(f"{file} does not exist; expected the weights that come with tier {tier}")
    return file


def read_safetensors(path: str | os.PathLike[str]) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The tensors of a .safetensors file, and its metadata."""
    file = checked_path("weights", path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CotwinError(f"{file} cannot be read: {error.strerror}") from error
    size = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + size])
    except ValueError as error:
        raise CotwinError(f"{file} is no .safetensors file") from error
    notes = header.pop("__metadata__", {})
    types = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "I64": np.int64, "U8": np.uint8}
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[8 + size + start : 8 + size + end], types[entry["dtype"]]).reshape(
            entry["shape"]
        )
    return tensors, notes


def _write(path: str | os.PathLike[str], data: bytes) -> Path:
    file = checked_path("path", path)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise CotwinError(f"{file} cannot be written: {error.strerror}") from error
    return file


def _of_sb3(model: Any) -> list[Any]:
    policy = model.policy
    if hasattr(policy, "q_net"):
        return list(policy.q_net.q_net)
    if hasattr(policy, "action_net"):
        return [*policy.mlp_extractor.policy_net, policy.action_net]
    raise CotwinError(f"{type(policy).__name__} is no policy with a perceptron; expected one of DQN, PPO, A2C")


def _of_modules(modules: Sequence[Any]) -> list[Layer]:
    layers: list[Layer] = []
    for module in modules:
        name = type(module).__name__
        if name == "Linear":
            layers.append(Layer(_array(module.weight), _array(module.bias), "linear"))
        elif name in ("ReLU", "Tanh") and layers:
            layers[-1] = Layer(layers[-1].weights, layers[-1].bias, name.lower())
        elif name not in ("Flatten", "Identity"):
            raise CotwinError(f"{name} is no layer of a perceptron; expected Linear, ReLU and Tanh")
    return checked(layers)


def checked(layers: list[Layer]) -> list[Layer]:
    """Layers of which each takes what the one before gives."""
    if not layers:
        raise CotwinError(f"model: has no layers, expected a perceptron: {_MODELS}")
    width = None
    for index, layer in enumerate(layers):
        one_of(f"activations: layer {index}", layer.activation, _ACTIVATIONS)
        shape = layer.weights.shape
        if len(shape) != 2 or layer.bias.shape != shape[:1] or (width is not None and shape[1] != width):
            takes = f", taking {width}" if width is not None else ""
            raise CotwinError(f"layer {index}: weights {shape} and bias {layer.bias.shape} are no dense layer{takes}")
        if not (np.isfinite(layer.weights).all() and np.isfinite(layer.bias).all()):
            raise CotwinError(f"layer {index}: its weights are not all numbers")
        width = shape[0]
    return layers


def _of_state(state: Mapping[str, Any], activations: Sequence[str] | None) -> list[Layer]:
    names = [name[: -len(".weight")] for name in state if isinstance(name, str) and name.endswith(".weight")]
    kinds = list(activations or ["relu"] * (len(names) - 1) + ["linear"])
    if len(kinds) != len(names):
        raise CotwinError(f"activations: got {len(kinds)} for {len(names)} layers")
    if missing := [name for name in names if f"{name}.bias" not in state]:
        raise CotwinError(f"model: {missing[0]} has no bias")
    return checked(
        [
            Layer(_array(state[f"{name}.weight"]), _array(state[f"{name}.bias"]), kind)
            for name, kind in zip(names, kinds, strict=True)
        ]
    )


def _array(parameter: Any) -> NDArray[np.float32]:
    value = parameter.detach().cpu().numpy() if hasattr(parameter, "detach") else parameter
    try:
        return np.ascontiguousarray(value, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise CotwinError(f"model: got {shown(parameter)}, expected numbers") from error


_SEAL = "cotwin.sha256"


def _safetensors(tensors: Mapping[str, NDArray[np.float32]], notes: Mapping[str, str]) -> bytes:
    """A sealed file: it states its own SHA-256, worked out with zeros in its place."""
    header: dict[str, Any] = {"__metadata__": {_SEAL: "0" * 64, "cotwin.sealed": "yes", **notes}}
    at = 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        at += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = len(text).to_bytes(8, "little") + text + b"".join(values.tobytes() for values in tensors.values())
    seal = hashlib.sha256(data).hexdigest().encode()
    start = data.index(b"0" * 64)
    return data[:start] + seal + data[start + 64 :]


def _onnx() -> tuple[Any, Any]:
    try:
        from onnx import helper, numpy_helper
    except ModuleNotFoundError as error:
        raise ImportError("an ONNX model needs onnx: pip install onnx") from error
    return helper, numpy_helper


def _write_onnx(
    path: str | os.PathLike[str], nodes: list[Any], constants: list[Any], inputs: int, actions: int | None
) -> Path:
    import onnx
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        nodes,
        "policy",
        [helper.make_tensor_value_info("observation", TensorProto.FLOAT, ["rows", inputs])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["rows"] if actions is None else ["rows", actions])],
        constants,
    )
    # Old enough for every runtime that is still in use.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return _write(path, model.SerializeToString())
