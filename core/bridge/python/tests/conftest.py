"""What the tests share. They run against the npm package that this folder is part of, built."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[4]
SCENARIOS = HOME / "scenarios"

LONG = bool(os.environ.get("COTWIN_LONG"))
"""Whether the long forms run."""

# What no environment plays, as it stands in a scenario, and what is said of it.
_REASONS = {
    r"^  gains: ": "network.gains: ",
    r"^protocol: ": "protocol: environments play rounds",
    r"^  access: (fdma|tdma)": "network.access: agents choose slots",
}


def _reason(path: Path) -> str | None:
    text = path.read_text(encoding="utf8")
    if base := re.search(r"^extends: (\S+)", text, re.MULTILINE):
        text += (path.parent / base[1]).read_text(encoding="utf8")
    return next((said for key, said in _REASONS.items() if re.search(key, text, re.MULTILINE)), None)


_FILES = {str(path.relative_to(SCENARIOS).with_suffix("")): path for path in sorted(SCENARIOS.rglob("*.yaml"))}
REFUSED = {name: said for name, path in _FILES.items() if (said := _reason(path))}
"""Shipped scenarios that no environment plays, and what is said of each."""

SHIPPED = [name for name in _FILES if name not in REFUSED]
SHORT = ["quickstart", "heterogeneous-budgets"]


def shipped(name: str) -> Path:
    return SCENARIOS / f"{name}.yaml"


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("COTWIN", str(HOME))


SMALL = {
    "name": "small",
    "seed": 1,
    "rounds": 5,
    "network": {"clients": {"count": 4}, "servers": {"count": 2}, "channels": {"count": 3}},
    "episodes": {"rounds": 6},
    "schedulers": ["swap-matching"],
}
BUDGETS = {**SMALL, "budgets": {"energyJoules": [20, 60, 900, 900]}}

INSTANCE = {
    "servers": 2,
    "channels": 2,
    "bandwidthHz": 4e6,
    "noiseW": 4e-15,
    "weights": {"latency": 0.5, "energy": 0.5},
    "client": {"powerW": [0.2, 0.2], "samples": [128, 128], "flops": [0, 0], "joulesPerSample": [0, 0]},
    "server": {"powerW": [2, 2], "flops": [1e13, 1e13]},
    "load": {"headFlops": 0, "bodyFlops": 4.9e10, "uplinkBits": 6.4e7, "downlinkBits": 6.4e7},
    "uplinkGain": [[[1e-11, 2e-11], [3e-12, 4e-12]], [[5e-12, 6e-12], [7e-11, 8e-11]]],
    "downlinkGain": [[[1e-11, 2e-11], [5e-12, 6e-12]], [[3e-12, 4e-12], [7e-11, 8e-11]]],
}
