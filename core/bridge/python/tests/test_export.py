"""Networks as ONNX decide as the schedulers that they come from, in runs; skipped where Node finds no runtime of ONNX."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import HOME, LONG

import cotwin

pytest.importorskip("onnx")

ROUNDS = 1000 if LONG else 20
PAPER = {"name": "exported", "seed": 7, "rounds": ROUNDS}


def decided_alike(schedulers: list[object], tmp_path: Path, **more: object) -> int:
    """Runs two schedulers; how many of their slots differ."""
    try:
        ran = cotwin.run({**PAPER, **more, "schedulers": schedulers}, out=tmp_path / "run")
    except cotwin.ScenarioError as error:
        if "needs a runtime" in str(error):
            pytest.skip("neither onnxruntime-web nor onnxruntime-node is installed")
        raise
    clients = ran.tables["clients"]
    slots = [
        of.sort_values(["round", "client"])[["server", "channel"]].to_numpy()
        for _, of in clients.groupby("scheduler", sort=False)
    ]
    assert len(slots) == 2 and len(slots[0]) == ROUNDS * len(clients["client"].unique())
    assert len(np.unique(slots[0], axis=0)) > 20
    return int((slots[0] != slots[1]).any(axis=1).sum())


@pytest.mark.parametrize("tier", ["local", "twin", "large-scale"])
def test_sequential_q(tier: str, tmp_path: Path) -> None:
    model = cotwin.export_sequential_q(tier, tmp_path / "q.onnx")
    own = {"plugin": "sequential-q", "label": "own", "options": {"tier": tier}}
    exported = {**own, "label": "exported", "options": {"tier": tier, "weights": str(model)}}
    assert decided_alike([own, exported], tmp_path) == 0


def test_d3qn(tmp_path: Path) -> None:
    options = {"observation": "local", "rounds": 2000, "hidden": [32, 32], "explored": 64}
    scenario = {**PAPER, "schedulers": [{"plugin": "d3qn", "label": "own", "options": options}]}
    file = tmp_path / "train.json"
    file.write_text(json.dumps(scenario))
    main = HOME / "dist" / "core" / "cli" / "main.js"
    out = tmp_path / "trained"
    subprocess.run(["node", str(main), "train", str(file), "--out", str(out), "--quiet"], check=True)
    weights = out / "own.safetensors"
    model = cotwin.export_d3qn(weights, tmp_path / "d3qn.onnx")
    own = {"plugin": "d3qn", "label": "own", "options": {**options, "weights": str(weights)}}
    exported = {
        "plugin": "onnx",
        "label": "exported",
        "options": {"model": str(model), "game": "parallel", "tier": "local"},
    }
    assert decided_alike([own, exported], tmp_path) == 0


def test_weights_of_another_scheduler_are_refused(tmp_path: Path) -> None:
    state = {"0.weight": np.ones((2, 3)), "0.bias": np.ones(2)}
    other = cotwin.export_mlp(state, tmp_path / "mlp.safetensors")
    for export in (cotwin.export_d3qn, cotwin.export_sequential_q):
        with pytest.raises(cotwin.CotwinError, match="holds weights of perceptron, expected"):
            export(other, tmp_path / "no.onnx")
        with pytest.raises(cotwin.CotwinError, match="cannot be read"):
            export("large", tmp_path / "no.onnx")
