"""PettingZoo's own checks."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from conftest import BUDGETS, LONG, SHIPPED, SHORT, shipped
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test

import cotwin

NAMES = SHIPPED if LONG else SHORT


@pytest.mark.parametrize("name", NAMES)
def test_parallel(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = cotwin.parallel_env(scenario=shipped(name))
        parallel_api_test(env, num_cycles=60)
        env.close()
        parallel_seed_test(lambda: cotwin.parallel_env(scenario=shipped(name)), num_cycles=20)


@pytest.mark.parametrize("name", NAMES)
def test_in_turn(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = cotwin.aec_env(scenario=shipped(name))
        api_test(env, num_cycles=120)
        env.close()
        seed_test(lambda: cotwin.aec_env(scenario=shipped(name)), num_cycles=40)


def test_who_has_spent_its_budget_leaves_and_does_not_come_back() -> None:
    env = cotwin.parallel_env(scenario=BUDGETS)
    env.reset(seed=4)
    sizes = [len(env.agents)]
    gone: set[str] = set()
    while env.agents:
        before = set(env.agents)
        _, _, terminated, truncated, _ = env.step({agent: 0 for agent in env.agents})
        assert set(terminated) == before
        gone |= {agent for agent in before if terminated[agent]}
        assert not gone & set(env.agents)
        sizes.append(len(env.agents))
    assert len(set(sizes)) > 2
    assert gone
    env.close()


def test_in_turn_a_mask_leaves_out_what_others_took() -> None:
    env = cotwin.aec_env(scenario=BUDGETS)
    env.reset(seed=4)
    taken: list[int] = []
    for agent in list(env.agents):
        mask = env.infos[agent]["action_mask"]
        assert np.array_equal(mask, env.action_mask(agent))
        assert np.flatnonzero(mask == 0).tolist() == sorted(taken)
        choice = int(np.flatnonzero(mask)[-1])
        taken.append(choice)
        env.step(choice)
    assert sorted(taken) == sorted(slot for slot in env.parallel.session.arrays["assignment"][0] if slot >= 0)
    env.close()


def test_the_state_is_what_all_see() -> None:
    env = cotwin.parallel_env(scenario=BUDGETS)
    env.reset(seed=4)
    assert env.state_space.contains(env.state())
    env.close()
