"""Stable-Baselines3's check, and its interface for vectors; skipped where it is not installed."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from conftest import BUDGETS, LONG, SHIPPED, SHORT, SMALL, shipped

import cotwin

pytest.importorskip("stable_baselines3")
from stable_baselines3.common.env_checker import check_env  # noqa: E402


@pytest.mark.parametrize("name", SHIPPED if LONG else SHORT[:1])
@pytest.mark.parametrize("game", ["sequential", "joint"])
def test_check_env_without_warnings(name: str, game: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = cotwin.CotwinEnv(shipped(name), game=game)
        check_env(env)
        env.close()


def test_a_vector_tells_final_observations_and_masks() -> None:
    env = cotwin.CotwinVecEnv(SMALL, 3)
    env.seed(1)
    env.reset()
    ends = 0
    for _ in range(12):
        masks = np.stack(env.env_method("action_masks"))
        assert masks.shape == (3, 6)
        _, _, over, infos = env.step(masks.argmax(axis=1))
        for index in np.flatnonzero(over):
            assert infos[index]["terminal_observation"].shape == env.observation_space.shape
            assert infos[index]["cost"] > 0
            ends += 1
    assert ends == 9
    env.close()


def test_one_environment_a_client() -> None:
    env = cotwin.as_agents_vec_env(BUDGETS)
    env.seed(1)
    assert env.reset().shape == (4, *env.observation_space.shape)
    ends = 0
    for step in range(30):
        _, reward, over, _ = env.step(np.array([0, 1, 2, 3]))
        assert reward.shape == (4,)
        ends += int(over.all())
    assert ends >= 3
    env.close()
