"""One agent for all clients, by Gymnasium's interface."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ._given import mapping, one_of, whole
from ._session import LARGEST_SEED, LIMIT, Scenario, Session
from .errors import ScenarioError
from .rendering import RENDER_MODES, draw

__all__ = ["CotwinEnv"]


class CotwinEnv(gymnasium.Env[NDArray[np.float32], Any]):
    """A scenario as an environment.

    `game`: `sequential` (clients ask one after another; an action is a slot, `server * channels + channel`, or with
    `actions="shortlist"` a place on the list of the cheapest) or `joint` (an action has a slot for every client).

    `tier` (`counts`, `large-scale`, `local`, `twin`) is what is seen; `reward` is `negative-log-cost`,
    `reciprocal-scaled`, `literal` or `objective`; `rounds` of an episode; `conflicts` (`repair`, `interfere`) is what
    comes of two clients in one slot. Observations are float32 within plus and minus 20.

    `info["action_mask"]` and `action_masks()` say what can be taken; `info["cost"]` is the cost of the latest round.
    `reset(options={"split": "validation", "index": i})` plays a held-out round.
    """

    metadata = {"render_modes": list(RENDER_MODES), "render_fps": 4}

    def __init__(
        self, scenario: Scenario | None = None, game: str = "sequential", render_mode: str | None = None, **options: Any
    ) -> None:
        one_of("game", game, ("sequential", "joint"), "; CotwinParallelEnv plays parallel")
        self.render_mode = checked_render_mode(render_mode)
        # An episode ends once: whoever drives this environment resets it.
        self.session = Session(scenario, game=game, autoreset="disabled", **options)
        sizes = self.session.sizes
        self.observation_space = observation_space(sizes.observation)
        self.action_space = action_space(game, sizes.choices, sizes.actions)
        self._seeded = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=None if seed is None else whole("seed", seed, 0, LARGEST_SEED))
        validation = validation_index(options)
        if seed is None and not self._seeded and validation is None:
            seed = int(self.np_random.integers(2**32))
        self._seeded = self._seeded or seed is not None
        self.session.reset([seed], validation=validation)
        return self._observation(), self._info()

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        session = self.session
        session.begun("step")
        if session.over:
            raise ScenarioError("step: the episode is over; call reset first")
        session.step(action)
        arrays = session.arrays
        return (
            self._observation(),
            float(arrays["reward"][0, 0]),
            bool(arrays["terminated"][0, 0]),
            bool(arrays["truncated"][0, 0]),
            self._info(),
        )

    def action_masks(self) -> NDArray[np.bool_]:
        """Whether each action can be taken; for every client in turn where all choose at once."""
        self.session.begun("action_masks")
        mask = self.session.arrays["mask"][0, 0].astype(bool)
        return np.tile(mask, self.session.sizes.choices) if self.session.sizes.choices > 1 else mask

    @property
    def validation_rounds(self) -> int:
        """How many held-out rounds there are."""
        return self.session.validation_rounds

    def reference_costs(self) -> NDArray[np.float64]:
        """What swap matching from a random start costs in each held-out round."""
        return self.session.reference()

    def render(self) -> Any:
        """The map of the round: text (`ansi`) or a picture (`rgb_array`)."""
        if self.render_mode is None:
            gymnasium.logger.warn("render() was called, but no render_mode was given when the environment was made")
            return None
        return draw(self.session.map(), self.render_mode)

    def close(self) -> None:
        self.session.close()

    def _observation(self) -> NDArray[np.float32]:
        observation: NDArray[np.float32] = self.session.arrays["observation"][0, 0].copy()
        return observation

    def _info(self) -> dict[str, Any]:
        arrays = self.session.arrays
        info = self.session.info(0)
        info["action_mask"] = arrays["mask"][0, 0].astype(np.int8)
        info["assignment"] = arrays["assignment"][0].copy()
        return info


def observation_space(size: int) -> spaces.Space[NDArray[np.float32]]:
    # What a Box is of differs between versions of Gymnasium.
    box: spaces.Space[Any] = spaces.Box(-LIMIT, LIMIT, (size,), np.float32)
    return box


def action_space(game: str, choices: int, actions: int) -> spaces.Space[Any]:
    if game == "joint":
        return spaces.MultiDiscrete(np.full(choices, actions, dtype=np.int64))
    return spaces.Discrete(actions)


def validation_index(options: dict[str, Any] | None) -> int | None:
    """The held-out round that the options of `reset` ask for; those of wrappers and others are let be."""
    given = mapping("options", options)
    split = one_of("options: split", given.get("split", "train"), ("train", "validation"))
    return None if split == "train" else whole("options: index", given.get("index", 0), 0, 2**31 - 1)


def checked_render_mode(given: str | None) -> str | None:
    """One of `RENDER_MODES`, or None."""
    return None if given is None else one_of("render_mode", given, RENDER_MODES)
