"""Views for Stable-Baselines3, which has an interface of its own for vectors of environments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from stable_baselines3.common.vec_env.base_vec_env import VecEnv

from ._session import LIMIT, Scenario, checked_choices
from .errors import ScenarioError
from .parallel import CotwinParallelEnv
from .vector import CotwinVectorEnv

__all__ = ["AgentsVecEnv", "CotwinVecEnv", "as_agents_vec_env"]


class _Base(VecEnv):
    """What both have in common: nobody reaches the single environments, but for their masks."""

    def step_async(self, actions: NDArray[Any]) -> None:
        self._actions = actions

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        count = len(list(self._get_indices(indices)))
        if attr_name == "action_masks":
            return [self._masks] * count
        return [getattr(self, attr_name)] * count

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        setattr(self, attr_name, value)

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        if method_name == "action_masks":
            masks = self._masks()
            return [masks[index] for index in self._get_indices(indices)]
        raise ScenarioError(f"{method_name}: the single environments are not reached from here")

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        return [False] * len(list(self._get_indices(indices)))

    def _masks(self) -> NDArray[np.bool_]:
        raise NotImplementedError


class CotwinVecEnv(_Base):
    """`CotwinVectorEnv` as Stable-Baselines3 has vectors; options as of that. Maskable PPO finds its `action_masks`."""

    def __init__(self, scenario: Scenario, num_envs: int, processes: int = 1, **options: Any) -> None:
        self.vector = CotwinVectorEnv(
            scenario, num_envs, processes, autoreset_mode=AutoresetMode.SAME_STEP, **options
        )
        self.render_mode = None
        super().__init__(self.vector.num_envs, self.vector.single_observation_space, self.vector.single_action_space)

    def reset(self) -> NDArray[np.float32]:
        seeds: Sequence[int | None] = self._seeds
        observation, _ = self.vector.reset(seed=None if all(seed is None for seed in seeds) else seeds)
        self._reset_seeds()
        return observation

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], list[dict[str, Any]]]:
        observation, reward, terminated, truncated, told = self.vector.step(self._actions)
        over = terminated | truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for index in np.flatnonzero(over):
            final = told["final_info"]
            infos[index] = {
                **{name: final[name][index] for name in ("cost", "time", "energy") if name in final},
                "terminal_observation": told["final_obs"][index],
                "TimeLimit.truncated": bool(truncated[index] and not terminated[index]),
            }
        return observation, reward.astype(np.float32), over, infos

    def close(self) -> None:
        self.vector.close()

    def _masks(self) -> NDArray[np.bool_]:
        return self.vector.action_masks()


class AgentsVecEnv(_Base):
    """The paper's game with one environment a client, for one policy that all share.

    A client whose energy is spent is told so once (`done`), and sees zeros and earns nothing until the next episode, which
    begins for all at once.
    """

    def __init__(self, parallel: CotwinParallelEnv) -> None:
        if parallel.mask != "info":
            raise ScenarioError('mask: expected "info": an observation is an array here')
        self.parallel = parallel
        sizes = parallel.session.sizes
        self.render_mode = None
        super().__init__(
            sizes.clients,
            spaces.Box(-LIMIT, LIMIT, (sizes.observation,), np.float32),
            spaces.Discrete(sizes.actions),
        )

    def reset(self) -> NDArray[np.float32]:
        seed = self._seeds[0]
        self._reset_seeds()
        self.parallel.reset(seed)
        return self._observation()

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], list[dict[str, Any]]]:
        parallel = self.parallel
        arrays = parallel.session.arrays
        agents = parallel.possible_agents
        acting = set(parallel.agents)
        chosen = checked_choices(self._actions, (len(agents),), parallel.session.sizes.actions)
        actions = {agent: int(chosen[n]) for n, agent in enumerate(agents) if agent in acting}
        _, _, terminated, truncated, _ = parallel.step(actions)
        reward = arrays["reward"][0].astype(np.float32)
        observation = self._observation()
        over = np.array([terminated.get(agent, False) or truncated.get(agent, False) for agent in agents])
        told = parallel.session.info(0)
        infos: list[dict[str, Any]] = [{"cost": told["cost"]} for _ in agents]
        for n, agent in enumerate(agents):
            if over[n]:
                infos[n]["terminal_observation"] = observation[n]
                infos[n]["TimeLimit.truncated"] = truncated[agent] and not terminated[agent]
        if not parallel.agents:
            over[:] = True
            for n, info in enumerate(infos):
                info.setdefault("terminal_observation", observation[n])
            parallel.reset()
            observation = self._observation()
        return observation, reward, over, infos

    def close(self) -> None:
        self.parallel.close()

    def _observation(self) -> NDArray[np.float32]:
        arrays = self.parallel.session.arrays
        observation: NDArray[np.float32] = arrays["observation"][0].copy()
        observation[arrays["active"][0] == 0] = 0
        return observation

    def _masks(self) -> NDArray[np.bool_]:
        # Nobody is left without a choice: what one that has left chooses counts for nothing.
        mask: NDArray[np.bool_] = self.parallel.session.arrays["mask"][0].astype(bool)
        mask[~mask.any(axis=1)] = True
        return mask


def as_agents_vec_env(scenario: Scenario, **options: Any) -> AgentsVecEnv:
    """The paper's game for Stable-Baselines3: `AgentsVecEnv`; options as of `CotwinParallelEnv`."""
    return AgentsVecEnv(CotwinParallelEnv(scenario, mask="info", **options))
