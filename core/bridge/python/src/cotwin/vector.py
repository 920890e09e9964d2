"""Many environments at once, in one Node process or several."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ._given import mapping, one_of, whole
from ._session import LARGEST_SEED, WHOLE_FACTS, Scenario, Session, checked_choices
from .env import action_space, checked_render_mode, observation_space, validation_index
from .errors import CotwinError, ScenarioError
from .rendering import RENDER_MODES, draw

__all__ = ["CotwinVectorEnv"]

_MODES = {
    AutoresetMode.NEXT_STEP: "next-step",
    AutoresetMode.SAME_STEP: "same-step",
    AutoresetMode.DISABLED: "disabled",
}


_MOST = 2**16
"""Environments of one vector."""


class CotwinVectorEnv(VectorEnv[NDArray[np.float32], Any, Any]):
    """`num_envs` environments of a scenario, spread over `processes` Node processes; options as of `CotwinEnv`.

    Steps as `SyncVectorEnv` of as many `CotwinEnv` does, under each `autoreset_mode` of Gymnasium.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        num_envs: int = 1,
        processes: int = 1,
        game: str = "sequential",
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: str | None = None,
        **options: Any,
    ) -> None:
        one_of("game", game, ("sequential", "joint"))
        num_envs = whole("num_envs", num_envs, 1, _MOST)
        processes = whole("processes", processes, 1, num_envs)
        if isinstance(autoreset_mode, AutoresetMode):
            mode = autoreset_mode
        else:
            mode = AutoresetMode(one_of("autoreset_mode", autoreset_mode, [each.value for each in AutoresetMode]))
        self.mode = mode
        self.num_envs = num_envs
        self.render_mode = checked_render_mode(render_mode)
        self.metadata = {"render_modes": list(RENDER_MODES), "render_fps": 4, "autoreset_mode": mode}
        shares = [len(part) for part in np.array_split(np.arange(num_envs), processes)]
        self.sessions: list[Session] = []
        try:
            for share in shares:
                self.sessions.append(Session(scenario, game=game, envs=share, autoreset=_MODES[mode], **options))
        except BaseException:
            self._close_all()
            raise
        self._starts = np.cumsum([0, *shares])
        sizes = self.sessions[0].sizes
        self._shape = (num_envs, sizes.choices)
        self._actions = sizes.actions
        self.single_observation_space = observation_space(sizes.observation)
        self.single_action_space = action_space(game, sizes.choices, sizes.actions)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._seeded = False
        self._stepping = threading.Lock()
        self._over = np.zeros(num_envs, dtype=bool)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        options = mapping("options", options)
        mask = options.pop("reset_mask", None)
        validation = validation_index(options)
        if mask is None:
            mask = np.ones(self.num_envs, dtype=bool)
        elif not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (self.num_envs,):
            raise ScenarioError(f"options: reset_mask must be an array of {self.num_envs} booleans")
        if seed is None and not self._seeded and validation is None:
            seed = int(np.random.default_rng().integers(2**32))
        seeds = self._seeds(seed)
        self._seeded = self._seeded or seed is not None
        for index, session in enumerate(self.sessions):
            part = slice(self._starts[index], self._starts[index + 1])
            session.reset(seeds[part], mask[part], validation)
        self._over[mask] = False
        return self._gather("observation")[:, 0], self._infos(None if mask.all() else mask)

    def step(
        self, actions: Any
    ) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        if not self._stepping.acquire(blocking=False):
            raise CotwinError("a step is on its way: environments are for one thread at a time; open others in each")
        try:
            return self._step(checked_choices(actions, self._shape, self._actions))
        finally:
            self._stepping.release()

    def _step(
        self, choices: NDArray[np.int32]
    ) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        if self.mode is AutoresetMode.DISABLED and self._over.any():
            raise ScenarioError("an episode is over: reset it, with options={'reset_mask': …}")
        self.sessions[0].begun("step")
        try:
            # All work at the same time: everything is sent before anything is waited for.
            for index, session in enumerate(self.sessions):
                session.send_checked(choices[self._starts[index] : self._starts[index + 1]])
            for session in self.sessions:
                session.receive_step()
        except BaseException:
            # Some have stepped and others have not: there is no going on from there.
            self._close_all()
            raise
        terminated = self._gather("terminated")[:, 0].view(np.bool_)
        truncated = self._gather("truncated")[:, 0].view(np.bool_)
        self._over = terminated | truncated
        reward = self._gather("reward")[:, 0]
        infos = self._infos()
        if self.mode is AutoresetMode.SAME_STEP:
            if self._over.any():
                self._add_final(infos)
            self._over = np.zeros(self.num_envs, dtype=bool)
        return self._gather("observation")[:, 0], reward, terminated, truncated, infos

    def action_masks(self) -> NDArray[np.bool_]:
        """Whether each action can be taken, environments×actions."""
        self.sessions[0].begun("action_masks")
        return self._gather("mask")[:, 0].view(np.bool_)

    def reference_costs(self) -> NDArray[np.float64]:
        """What swap matching from a random start costs in each held-out round."""
        return self.sessions[0].reference()

    def render(self) -> tuple[Any, ...] | None:
        if self.render_mode is None:
            gymnasium.logger.warn("render() was called, but no render_mode was given when the environments were made")
            return None
        return tuple(draw(session.map(i), self.render_mode) for session in self.sessions for i in range(session.envs))

    def close_extras(self, **kwargs: Any) -> None:
        self._close_all()

    def __reduce__(self) -> Any:
        return self.sessions[0].__reduce__()

    def _seeds(self, seed: Any) -> list[int | None]:
        """A seed for each environment: of one number that and those after it, of a list its own."""
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, list | tuple | range) or (isinstance(seed, np.ndarray) and seed.ndim == 1):
            if len(seed) != self.num_envs:
                raise ScenarioError(f"seed: got {len(seed)} seeds for {self.num_envs} environments")
            return [None if each is None else whole("seed", each, 0, LARGEST_SEED) for each in seed]
        first = whole("seed", seed, 0, LARGEST_SEED - self.num_envs)
        return [first + index for index in range(self.num_envs)]

    def _close_all(self) -> None:
        for session in self.sessions:
            session.close()

    def _gather(self, name: str) -> NDArray[Any]:
        """A copy of what all environments have."""
        if len(self.sessions) == 1:
            return self.sessions[0].arrays[name].copy()
        return np.concatenate([session.arrays[name] for session in self.sessions])

    def _infos(self, told: NDArray[np.bool_] | None = None, prefix: str = "") -> dict[str, Any]:
        """By Gymnasium's convention: arrays by name, and `_name` for whom they hold; of everybody unless `told` says whom."""
        infos: dict[str, Any] = {}
        # All facts at once, each a row: a step of many environments has little else to do here.
        facts = self._gather(f"{prefix}facts").T.copy()
        unknown = np.isnan(facts)
        if told is not None:
            unknown |= ~told
        known = ~unknown
        np.copyto(facts, 0, where=unknown)
        for row, (name, anybody) in enumerate(zip(self.sessions[0].facts, known.any(axis=1).tolist(), strict=True)):
            if anybody:
                infos[name] = facts[row].astype(np.int64) if name in WHOLE_FACTS else facts[row]
                infos[f"_{name}"] = known[row]
        for name, array in (
            ("action_mask", self._gather(f"{prefix}mask")[:, 0].view(np.int8)),
            ("assignment", self._gather(f"{prefix}assignment")),
        ):
            if told is not None:
                array[~told] = 0
            infos[name] = array
            infos[f"_{name}"] = np.ones(self.num_envs, dtype=bool) if told is None else told.copy()
        return infos

    def _add_final(self, infos: dict[str, Any]) -> None:
        renewed = self._gather("renewed").view(np.bool_)
        final = np.empty(self.num_envs, dtype=object)
        observations = self._gather("final_observation")[:, 0]
        for index in np.flatnonzero(renewed):
            final[index] = observations[index]
        infos["final_obs"] = final
        infos["_final_obs"] = renewed
        infos["final_info"] = self._infos(renewed, "final_")
        infos["_final_info"] = renewed.copy()
