"""What the tests share. They run against the npm package that this folder is part of, built."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[4]
SCENARIOS = HOME / "scenarios"

LONG = bool(os.environ.get("COTWIN_LONG"))
"""Whether the long forms run."""

RECORDED = {"trace"}
"""Shipped scenarios whose gains are recorded: the twin has no law to draw others by, and they are refused."""

SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml") if path.stem not in RECORDED)
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
