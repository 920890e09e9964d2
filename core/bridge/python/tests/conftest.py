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
