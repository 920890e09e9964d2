"""Gymnasium's own checks, and vectors of environments against `SyncVectorEnv`."""

from __future__ import annotations

import warnings

import gymnasium
import numpy as np
import pytest
from conftest import BUDGETS, LONG, SHIPPED, SHORT, SMALL, shipped
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import cotwin

NAMES = SHIPPED if LONG else SHORT
COUNT = 8 if LONG else 2

TIERS = ["counts", "large-scale", "local", "twin"]
REWARDS = ["negative-log-cost", "literal", "reciprocal-scaled", "objective"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("identity", ["cotwin/Sequential-v0", "cotwin/Joint-v0"])
def test_check_env_without_warnings(name: str, identity: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(identity, scenario=shipped(name))
        check_env(env.unwrapped, skip_render_check=True)
        env.close()


@pytest.mark.parametrize(("game", "mode"), [("sequential", "ansi"), ("joint", "rgb_array")])
def test_rendering_passes_the_check(game: str, mode: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"cotwin/{game.capitalize()}-v0", scenario=SMALL, render_mode=mode)
        check_env(env.unwrapped)
        env.close()


@pytest.mark.parametrize(
    ("tier", "reward"),
    [(t, r) for t in TIERS for r in REWARDS] if LONG else list(zip(TIERS, REWARDS, strict=True)),
)
def test_every_tier_and_reward(tier: str, reward: str) -> None:
    env = cotwin.CotwinEnv(SMALL, tier=tier, reward=reward, actions="shortlist")
    observation, info = env.reset(seed=1)
    assert env.observation_space.contains(observation)
    over = False
    total = 0.0
    while not over:
        action = int(np.flatnonzero(info["action_mask"])[-1])
        observation, earned, terminated, truncated, info = env.step(action)
        assert env.observation_space.contains(observation)
        over = terminated or truncated
        total += earned
    if reward == "objective":
        assert total == pytest.approx(-info["cost"], rel=1e-12)
    if reward == "literal":
        assert total > 0
    env.close()


def test_rewards_of_requests_add_up_to_the_cost_ratio() -> None:
    """−log(cost / least that it could be): differences are those of the logarithms of costs."""
    env = cotwin.CotwinEnv(SMALL)
    totals, costs = [], []
    for choose in (0, -1):
        _, info = env.reset(seed=9)
        total, over = 0.0, False
        while not over:
            _, earned, over, _, info = env.step(int(np.flatnonzero(info["action_mask"])[choose]))
            total += earned
        totals.append(total)
        costs.append(info["cost"])
    assert costs[0] != costs[1]
    assert totals[0] - totals[1] == pytest.approx(np.log(costs[1] / costs[0]), rel=1e-9)
    env.close()


@pytest.mark.parametrize("game", ["sequential", "joint"])
@pytest.mark.parametrize("mode", list(AutoresetMode))
@pytest.mark.parametrize("processes", [1, 2] if LONG else [2])
def test_a_vector_steps_as_sync_vector_env(game: str, mode: AutoresetMode, processes: int) -> None:
    steps = 2000 if LONG else 150
    ours = cotwin.CotwinVectorEnv(BUDGETS, COUNT, processes=processes, game=game, autoreset_mode=mode)
    theirs = SyncVectorEnv([lambda: cotwin.CotwinEnv(BUDGETS, game=game)] * COUNT, autoreset_mode=mode)
    assert ours.observation_space == theirs.observation_space
    assert ours.action_space == theirs.action_space
    same(ours.reset(seed=3), theirs.reset(seed=3))
    ends = 0
    random = np.random.default_rng(5)
    over = np.zeros(COUNT, dtype=bool)
    for _ in range(steps):
        if mode is AutoresetMode.DISABLED and over.any():
            options = {"reset_mask": over}
            same(ours.reset(options=dict(options)), theirs.reset(options=dict(options)), over)
        actions = random.integers(6, size=ours.action_space.shape)
        one, two = ours.step(actions), theirs.step(actions)
        for mine, other in zip(one[:4], two[:4], strict=True):
            np.testing.assert_array_equal(mine, other)
        same((one[0], one[4]), (two[0], two[4]))
        over = one[2] | one[3]
        ends += int(over.sum())
    assert ends > COUNT
    ours.close()
    theirs.close()


def same(one: tuple, two: tuple, told: np.ndarray | None = None) -> None:
    """Observations equal in every bit, and of infos what both tell."""
    np.testing.assert_array_equal(one[0], two[0])
    for name, values in two[1].items():
        if name.startswith("_"):
            np.testing.assert_array_equal(one[1][name], values, err_msg=name)
        elif name == "final_obs":
            for mine, other in zip(one[1][name], values, strict=True):
                assert (mine is None) == (other is None)
                if mine is not None:
                    np.testing.assert_array_equal(mine, other)
        elif name == "final_info":
            same((0, one[1][name]), (0, values))
        else:
            np.testing.assert_array_equal(one[1][name], values, err_msg=name)


def test_held_out_rounds_come_when_they_are_asked_for_and_never_else() -> None:
    env = cotwin.CotwinEnv(SMALL)
    first, _ = env.reset(options={"split": "validation", "index": 3})
    again, _ = env.reset(options={"split": "validation", "index": 3})
    other, _ = env.reset(options={"split": "validation", "index": 4})
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    for seed in range(50):
        drawn, _ = env.reset(seed=seed)
        assert not np.array_equal(first, drawn)
    assert env.reference_costs().shape == (env.validation_rounds,)
    env.close()


@pytest.mark.parametrize("game", ["sequential", "joint"])
def test_a_step_before_the_first_reset_is_refused(game: str) -> None:
    env = cotwin.CotwinEnv(SMALL, game=game)
    with pytest.raises(cotwin.ScenarioError, match="step: no episode has begun; call reset first"):
        env.step(env.action_space.sample())
    env.reset(seed=1)
    env.step(env.action_space.sample())
    env.close()
