"""cotwin from Python: environments for reinforcement learning, schedulers, results as data frames.

Gymnasium: `gymnasium.make("cotwin/Sequential-v0", scenario=…)`, `"cotwin/Joint-v0"`, or `CotwinEnv`, `CotwinVectorEnv`.
PettingZoo: `parallel_env(scenario=…)`, `aec_env(scenario=…)`. Results: `run`, `evaluate`, `load_run`, `load_bench`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .errors import CotwinError, Problem, ProgramError, ScenarioError

if TYPE_CHECKING:
    from .checking import check_scheduler
    from .env import CotwinEnv
    from .export import export_d3qn, export_mlp, export_onnx, export_sequential_q
    from .parallel import CotwinAECEnv, CotwinParallelEnv, aec_env, parallel_env
    from .results import evaluate, load_bench, load_run, run
    from .sb3 import CotwinVecEnv, as_agents_vec_env
    from .vector import CotwinVectorEnv

__version__ = "0.1.0"

# Loaded when they are first asked for: who reads results needs no Gymnasium.
_WHERE = {
    "CotwinEnv": "env",
    "CotwinVectorEnv": "vector",
    "CotwinParallelEnv": "parallel",
    "CotwinAECEnv": "parallel",
    "parallel_env": "parallel",
    "aec_env": "parallel",
    "check_scheduler": "checking",
    "export_mlp": "export",
    "export_onnx": "export",
    "export_d3qn": "export",
    "export_sequential_q": "export",
    "run": "results",
    "evaluate": "results",
    "load_run": "results",
    "load_bench": "results",
    "CotwinVecEnv": "sb3",
    "as_agents_vec_env": "sb3",
}

__all__ = ["CotwinError", "Problem", "ProgramError", "ScenarioError", *_WHERE]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'cotwin' has no attribute '{name}'")
    module = _WHERE[name]
    try:
        return getattr(importlib.import_module(f".{module}", __name__), name)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("cotwin"):
            raise
        package = (error.name or "").partition(".")[0].replace("_", "-")
        raise ImportError(f"cotwin.{name} needs {package}: pip install {package}") from error


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])


def _register() -> None:
    try:
        import gymnasium
    except ModuleNotFoundError:
        return
    for name, game in (("Sequential", "sequential"), ("Joint", "joint")):
        identity = f"cotwin/{name}-v0"
        if identity not in gymnasium.registry:
            gymnasium.register(
                identity,
                entry_point="cotwin.env:CotwinEnv",
                vector_entry_point="cotwin.vector:CotwinVectorEnv",
                kwargs={"game": game},
            )


_register()
