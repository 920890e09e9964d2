"""The paper's game, each client an agent, by PettingZoo's interfaces."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import AECEnv, ParallelEnv

from ._given import mapping, one_of, shown, whole
from ._session import LIMIT, Scenario, Session
from .env import checked_render_mode, validation_index
from .errors import ScenarioError
from .rendering import RENDER_MODES, draw

__all__ = ["CotwinAECEnv", "CotwinParallelEnv", "aec_env", "parallel_env"]


class CotwinParallelEnv(ParallelEnv[str, Any, int]):
    """All clients choose at the same time: agents `client_0`, `client_1`, …; options as of `CotwinEnv`.

    An observation is a mapping of `observation` and `action_mask`, or with `mask="info"` an array, the mask being in the
    infos. A client whose energy is spent leaves `agents` and
    does not come back in that episode; all leave when the time is spent or the episode's rounds have been played.
    """

    metadata = {"name": "cotwin_v0", "render_modes": list(RENDER_MODES), "is_parallelizable": True}

    def __init__(
        self, scenario: Scenario, render_mode: str | None = None, mask: str = "observation", **options: Any
    ) -> None:
        self.render_mode = checked_render_mode(render_mode)
        self.mask = one_of("mask", mask, ("observation", "info"))
        self.session = Session(scenario, game="parallel", autoreset="disabled", **options)
        sizes = self.session.sizes
        self.possible_agents = [f"client_{client}" for client in range(sizes.clients)]
        self.agents: list[str] = []
        self.state_space = spaces.Box(-LIMIT, LIMIT, (sizes.state,), np.float32)
        self._number = {agent: client for client, agent in enumerate(self.possible_agents)}
        # Each agent has spaces of its own, which are seeded apart, and the same ones each time it is asked.
        self._observed = {agent: self._observation_space() for agent in self.possible_agents}
        self._chosen_from = {agent: spaces.Discrete(sizes.actions) for agent in self.possible_agents}
        self._seeded = False

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        self.number(agent)
        return self._observed[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        self.number(agent)
        return self._chosen_from[agent]

    def number(self, agent: str) -> int:
        """The number of the client that an agent is."""
        if not isinstance(agent, str) or agent not in self._number:
            last = self.possible_agents[-1]
            raise ScenarioError(f"agent: there is no {shown(agent)}; expected {self.possible_agents[0]} to {last}")
        return self._number[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        validation = validation_index(options)
        if seed is None and not self._seeded and validation is None:
            seed = int(np.random.default_rng().integers(2**32))
        self._seeded = self._seeded or seed is not None
        self.session.reset([seed], validation=validation)
        self.agents = [agent for agent in self.possible_agents if self._acts(agent)]
        return self._observations(self.agents), self._infos(self.agents)

    def step(self, actions: dict[str, int]) -> tuple[
        dict[str, Any],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        self.session.begun("step")
        acting = self.agents
        if not acting:
            raise ScenarioError("step: the episode is over; call reset first")
        given = mapping("actions", actions)
        for agent in given:
            self.number(agent)
        if missing := [agent for agent in acting if agent not in given]:
            raise ScenarioError(f"actions: {missing[0]} has none; expected one for each of {len(acting)} agents")
        choices = np.zeros(len(self.possible_agents), dtype=np.int64)
        for agent in acting:
            choices[self._number[agent]] = self.choice(agent, given[agent])
        self.session.step(choices)
        arrays = self.session.arrays
        numbers = [self._number[agent] for agent in acting]
        rewards = dict(zip(acting, arrays["reward"][0, numbers].tolist(), strict=True))
        terminated = dict(zip(acting, arrays["terminated"][0, numbers].astype(bool).tolist(), strict=True))
        truncated = dict(zip(acting, arrays["truncated"][0, numbers].astype(bool).tolist(), strict=True))
        self.agents = [agent for agent in acting if not (terminated[agent] or truncated[agent])]
        return self._observations(acting), rewards, terminated, truncated, self._infos(acting)

    def choice(self, agent: str, action: Any) -> int:
        """An agent's action, which must be a slot."""
        return whole(f"actions: {agent}", action, 0, self.session.sizes.actions - 1)

    def state(self) -> NDArray[np.float32]:
        """What all clients see together, for a critic that is trained centrally."""
        self.session.begun("state")
        state: NDArray[np.float32] = self.session.arrays["state"][0].copy()
        return state

    @property
    def validation_rounds(self) -> int:
        """How many held-out rounds there are."""
        return self.session.validation_rounds

    def reference_costs(self) -> NDArray[np.float64]:
        """What swap matching from a random start costs in each held-out round."""
        return self.session.reference()

    def render(self) -> Any:
        if self.render_mode is None:
            gymnasium.logger.warn("render() was called, but no render_mode was given when the environment was made")
            return None
        return draw(self.session.map(), self.render_mode)

    def close(self) -> None:
        self.session.close()

    def _observation_space(self) -> spaces.Space[Any]:
        sizes = self.session.sizes
        observation = spaces.Box(-LIMIT, LIMIT, (sizes.observation,), np.float32)
        if self.mask == "info":
            return observation
        mask = spaces.Box(0, 1, (sizes.actions,), np.int8)
        return spaces.Dict({"observation": observation, "action_mask": mask})

    def _acts(self, agent: str) -> bool:
        return bool(self.session.arrays["active"][0, self._number[agent]])

    def _observations(self, agents: list[str]) -> dict[str, Any]:
        observation = self.session.arrays["observation"][0].copy()
        if self.mask == "info":
            return {agent: observation[self._number[agent]] for agent in agents}
        mask = self._masks()
        return {
            agent: {"observation": observation[self._number[agent]], "action_mask": mask[self._number[agent]]}
            for agent in agents
        }

    def _masks(self) -> NDArray[np.int8]:
        masks: NDArray[np.int8] = self.session.arrays["mask"][0].astype(np.int8)
        return masks

    def _infos(self, agents: list[str]) -> dict[str, dict[str, Any]]:
        told = self.session.info(0)
        slots = self.session.arrays["assignment"][0]
        infos = {agent: {**told, "slot": int(slots[self._number[agent]])} for agent in agents}
        if self.mask == "info":
            masks = self._masks()
            for agent in agents:
                infos[agent]["action_mask"] = masks[self._number[agent]]
        return infos


class CotwinAECEnv(AECEnv[str, Any, int]):
    """The same, clients choosing in turn: the mask of each leaves out the slots that those before it took.

    Masks are in the infos unless `mask="observation"`: PettingZoo's `api_test` warns of observations that are no arrays.
    A round is one exchange with the Node program, when the last client has chosen.
    """

    metadata = {"name": "cotwin_aec_v0", "render_modes": list(RENDER_MODES), "is_parallelizable": False}

    def __init__(
        self, scenario: Scenario, render_mode: str | None = None, mask: str = "info", **options: Any
    ) -> None:
        super().__init__()
        self.parallel = CotwinParallelEnv(scenario, render_mode, mask=mask, **options)
        self.render_mode = render_mode
        self.possible_agents = self.parallel.possible_agents
        self.state_space = self.parallel.state_space
        self.agents: list[str] = []
        # Nobody's turn, until an episode has begun.
        self.agent_selection = ""
        self._waiting: list[str] = []
        self._chosen: dict[str, int] = {}

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return self.parallel.observation_space(agent)

    def action_space(self, agent: str) -> spaces.Discrete:
        return self.parallel.action_space(agent)

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        self._seen, self.infos = self.parallel.reset(seed, options)
        self.agents = self.parallel.agents[:]
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self._begin_round()

    def observe(self, agent: str) -> Any:
        self._begun("observe")
        self.parallel.number(agent)
        if agent not in self._seen:
            raise ScenarioError(f"observe: {agent} has left; expected one of {', '.join(self.agents) or 'nobody'}")
        seen = self._seen[agent]
        if self.parallel.mask == "info":
            return seen.copy()
        return {"observation": seen["observation"].copy(), "action_mask": self.action_mask(agent)}

    def action_mask(self, agent: str) -> NDArray[np.int8]:
        """1 for each slot that an agent can ask for."""
        self._begun("action_mask")
        mask: NDArray[np.int8] = self.parallel._masks()[self.parallel.number(agent)]
        # Where every slot is taken there is nothing to leave out: two will share one, or one is sent elsewhere.
        taken = list(self._chosen.values())
        if agent in self._waiting and len(set(taken)) < len(mask):
            mask[taken] = 0
        return mask

    def step(self, action: int | None) -> None:
        self._begun("step")
        agent = self.agent_selection
        if not self.agents:
            raise ScenarioError("step: the episode is over; call reset first")
        if self.terminations[agent] or self.truncations[agent]:
            if action is not None:
                raise ScenarioError(f"actions: {agent} has left; expected None, got {shown(action)}")
            self._was_dead_step(action)
            if not self._waiting and self.agents and not self._dead():
                self._begin_round()
            return
        choice = self.parallel.choice(agent, action)
        self._cumulative_rewards[agent] = 0.0
        self._clear_rewards()
        self._chosen[agent] = choice
        self._waiting.remove(agent)
        if self._waiting:
            self._select(self._waiting[0])
            return
        self._seen, self.rewards, terminations, truncations, infos = self.parallel.step(self._chosen)
        self.terminations.update(terminations)
        self.truncations.update(truncations)
        self.infos.update(infos)
        self._accumulate_rewards()
        self._begin_round()

    def state(self) -> NDArray[np.float32]:
        return self.parallel.state()

    def render(self) -> Any:
        return self.parallel.render()

    def close(self) -> None:
        self.parallel.close()

    def _begun(self, what: str) -> None:
        self.parallel.session.begun(what)

    def _dead(self) -> list[str]:
        return [agent for agent in self.agents if self.terminations[agent] or self.truncations[agent]]

    def _begin_round(self) -> None:
        """Those that leave are asked for nothing first, as the interface wants it; then everyone in turn."""
        self._chosen = {}
        self._waiting = self.parallel.agents[:]
        self._skip_agent_selection = None
        if self._waiting:
            self._select(self._waiting[0])
        if dead := self._dead():
            self._skip_agent_selection = self.agent_selection if self._waiting else None
            self.agent_selection = dead[0]

    def _select(self, agent: str) -> None:
        self.agent_selection = agent
        if self.parallel.mask == "info":
            self.infos[agent]["action_mask"] = self.action_mask(agent)


def parallel_env(scenario: Scenario, **options: Any) -> CotwinParallelEnv:
    """The paper's game: `CotwinParallelEnv`."""
    return CotwinParallelEnv(scenario, **options)


def aec_env(scenario: Scenario, **options: Any) -> CotwinAECEnv:
    """The same in turn: `CotwinAECEnv`."""
    return CotwinAECEnv(scenario, **options)
