"""Whatever wrong is given to whatever there is, comes back as an exception of cotwin's that says what was expected."""

from __future__ import annotations

import copy
import pickle
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from conftest import BUDGETS, INSTANCE, LONG, SMALL, shipped
from gymnasium.vector import AutoresetMode

import cotwin

ODD: list[Any] = [None, 3, -1, 1.5, float("nan"), "a", b"a", [], [[1], [1, 2]], {}, {1: 2}, object(), 1j, np.zeros((2, 2))]
"""Values that are, here or there, of the wrong type, shape or size."""


def refused(attempt: Callable[[], Any], where: str) -> None:
    """Does what is asked, or refuses it with an exception of cotwin's."""
    try:
        made = attempt()
    except cotwin.CotwinError as error:
        assert "Traceback" not in str(error) and "    at " not in str(error), where
        assert len(str(error)) > 10, where
    else:
        if hasattr(made, "close"):
            made.close()


def every(call: Callable[[Any], Any], where: str, values: list[Any] = ODD) -> None:
    for value in values:
        refused(lambda value=value: call(value), f"{where} of {value!r}")


def test_whatever_an_environment_is_made_with() -> None:
    values = ODD if LONG else [object(), 1.5]
    for kind in (cotwin.CotwinEnv, cotwin.parallel_env, cotwin.aec_env):
        every(kind, kind.__name__, values)
        if kind is not cotwin.CotwinEnv and not LONG:
            continue
        for option in ("set", "scenario_seed", "program", "render_mode", "tier", "rounds", "unknown"):
            every(lambda value, o=option, k=kind: k(SMALL, **{o: value}), f"{kind.__name__}: {option}", values)
    for option in ("num_envs", "processes", "autoreset_mode", "game", "actions", "shortlist"):
        every(lambda value, o=option: cotwin.CotwinVectorEnv(SMALL, **{"num_envs": 2, o: value}), option, values)
    every(lambda value: cotwin.CotwinEnv({**SMALL, "rounds": value}), "a value of the mapping", values)


def test_whatever_an_environment_is_asked() -> None:
    env = cotwin.CotwinEnv(SMALL)
    env.reset(seed=1)
    every(lambda value: env.reset(seed=value) and None, "seed")
    every(lambda value: env.reset(options=value) and None, "options")
    every(lambda value: env.reset(options={"split": value}) and None, "split")
    every(lambda value: env.reset(options={"split": "validation", "index": value}) and None, "index")
    for value in ODD:
        env.reset(seed=1)
        refused(lambda value=value: env.step(value) and None, f"step of {value!r}")
    env.reset(seed=1)
    env.step(0)
    env.close()


def test_whatever_a_vector_is_asked() -> None:
    env = cotwin.CotwinVectorEnv(SMALL, 2)
    every(lambda value: env.reset(seed=value) and None, "seed", [*ODD, [1], [1, "a"], [1.5, 2], "ab"])
    every(lambda value: env.reset(options={"reset_mask": value}) and None, "reset_mask")
    env.reset(seed=[1, None])
    every(lambda value: env.step(value) and None, "step", [*ODD, [0], [0, 6], [[0, 1]]])
    env.reset(seed=1)
    env.step([0, 1])
    env.close()


@pytest.mark.parametrize("make", [cotwin.parallel_env, cotwin.aec_env])
def test_whatever_many_agents_are_asked(make: Callable[..., Any]) -> None:
    env = make(SMALL)
    for method in ("observation_space", "action_space"):
        every(getattr(env, method), method)
    for question in (env.state, lambda: env.step({}), lambda: env.step(0)):
        with pytest.raises(cotwin.ScenarioError, match="no episode has begun"):
            question()
    if make is cotwin.aec_env:
        with pytest.raises(cotwin.ScenarioError, match="no episode has begun"):
            env.observe("client_0")
    env.reset(seed=1)
    every(lambda value: env.reset(seed=value) and None, "seed")
    every(lambda value: env.reset(options=value) and None, "options")
    env.reset(seed=1)
    if make is cotwin.parallel_env:
        with pytest.raises(cotwin.ScenarioError, match="actions: got 3, expected a mapping"):
            env.step(3)
        with pytest.raises(cotwin.ScenarioError, match="client_9"):
            env.step({**dict.fromkeys(env.agents, 0), "client_9": 0})
        every(lambda value: env.step(value) and None, "step")
        every(lambda value: env.step({**dict.fromkeys(env.agents, 0), "client_1": value}) and None, "an action")
    else:
        every(env.observe, "observe")
        every(env.action_mask, "action_mask")
        every(env.step, "step")
    env.close()


def test_whatever_the_rest_is_asked() -> None:
    every(lambda value: cotwin.run(value, out="/proc/nowhere"), "run", [3, object(), {1: object()}])
    for option in ("set", "seed", "out", "program"):
        every(lambda value, o=option: cotwin.run({"rounds": "x"}, **{o: value}), option, [object(), 1.5, [1]])
    assert not list(Path.cwd().glob(".cotwin-*")), "a file of a scenario was left behind"
    every(cotwin.load_run, "load_run")
    every(cotwin.load_bench, "load_bench")
    every(lambda value: cotwin.evaluate(value, [0]), "instance")
    every(lambda value: cotwin.evaluate({"channels": 2}, value), "assignments")
    pytest.importorskip("onnx")
    for export in (cotwin.export_mlp, cotwin.export_onnx):
        every(lambda value, e=export: e(value, "/proc/nowhere"), export.__name__)
        state = {"0.weight": np.ones((2, 3)), "0.bias": np.ones(2)}
        every(lambda value, e=export: e(state, value), "path", [3.5, object(), "/proc/nowhere"])
        every(lambda value, e=export: e({**state, "0.bias": value}, "/proc/nowhere"), "bias")
        every(lambda value, e=export: e(state, "/proc/nowhere", [value]), "activation")
    every(lambda value: cotwin.export_d3qn(value, "/proc/nowhere"), "weights")
    every(lambda value: cotwin.check_scheduler(value), "file", [3.5, object(), "nowhere.py"])


def test_an_episode_that_is_over_and_an_environment_that_is_closed() -> None:
    env = cotwin.CotwinEnv(SMALL)
    with pytest.raises(cotwin.ScenarioError, match="action_masks: no episode has begun"):
        env.action_masks()
    env.reset(seed=1)
    for _ in range(4):
        env.step(int(np.flatnonzero(env.action_masks())[0]))
    with pytest.raises(cotwin.ScenarioError, match="the episode is over; call reset first"):
        env.step(0)
    parallel = cotwin.parallel_env(BUDGETS)
    parallel.reset(seed=1)
    while parallel.agents:
        parallel.step(dict.fromkeys(parallel.agents, 0))
    with pytest.raises(cotwin.ScenarioError, match="the episode is over; call reset first"):
        parallel.step({})
    env.reset(seed=1)
    turns, vector = cotwin.aec_env(SMALL), cotwin.CotwinVectorEnv(SMALL, 2)
    for each in (turns, vector):
        each.reset(seed=1)
    for each in (env, parallel, turns, vector):
        each.close()
        each.close()
    for question in (
        *(lambda: env.step(0), env.reset, env.action_masks, env.reference_costs),
        *(lambda: parallel.step({}), parallel.reset, parallel.reference_costs),
        *(lambda: turns.step(0), turns.reset, turns.last),
        *(lambda: vector.step([0, 0]), vector.reset, vector.action_masks),
    ):
        with pytest.raises(cotwin.ProgramError, match="it is closed"):
            question()


def test_an_environment_is_not_copied_or_pickled() -> None:
    made = [cotwin.CotwinEnv(SMALL), cotwin.CotwinVectorEnv(SMALL, 2), cotwin.parallel_env(SMALL), cotwin.aec_env(SMALL)]
    for env in made:
        for attempt in (copy.deepcopy, pickle.dumps):
            with pytest.raises(cotwin.CotwinError, match="cannot be copied or pickled"):
                attempt(env)
        env.close()


def test_two_threads_at_once_are_refused_and_get_nobody_elses_answer() -> None:
    env = cotwin.CotwinVectorEnv({**SMALL, "network": {}}, 64, game="joint")
    env.reset(seed=1)
    actions = np.zeros(env.action_space.shape, dtype=np.int64)
    session = env.sessions[0]
    session.send_step(actions)
    said: list[str] = []

    def ask() -> None:
        try:
            session.step(actions)
        except cotwin.CotwinError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    session.receive_step()
    session.step(actions)
    assert said and "one thread at a time" in said[0]
    env.close()


def test_threads_that_step_one_vector_at_the_same_time_step_it_in_turn_or_are_refused() -> None:
    env = cotwin.CotwinVectorEnv(SMALL, 8, processes=2)
    env.reset(seed=1)
    stepped, said = [], set()

    def work() -> None:
        for _ in range(50):
            try:
                stepped.append(env.step(np.zeros(8, dtype=np.int64))[0].shape)
            except cotwin.CotwinError as error:
                said.add(str(error)[:20])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stepped and said <= {"a step is on its way"}
    env.step(np.zeros(8, dtype=np.int64))
    env.close()


def test_closing_while_another_thread_waits_ends_its_wait_with_an_exception_of_ours() -> None:
    env = cotwin.CotwinVectorEnv({"name": "paper"}, 256)
    env.reset(seed=1)
    said: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                env.step(np.zeros(256, dtype=np.int64))
        except BaseException as error:
            said.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.2)
    env.close()
    thread.join(5)
    assert len(said) == 1 and isinstance(said[0], cotwin.ProgramError), said


def test_an_environment_without_a_scenario_says_what_it_wants() -> None:
    with pytest.raises(cotwin.ScenarioError, match=r"scenario \(or a mapping\): got None, expected a path"):
        gymnasium.make("cotwin/Sequential-v0")


def test_actions_in_another_shape_are_refused_though_they_are_as_many() -> None:
    with closing(cotwin.CotwinEnv(SMALL, game="joint")) as env:
        env.reset(seed=1)
        for right in (np.arange(4), np.arange(4).reshape(1, 4), [0, 1, 2, 3]):
            env.step(right)
        with pytest.raises(cotwin.ScenarioError, match=r"shape \(2, 2\), expected \(1, 4\)"):
            env.step(np.zeros((2, 2), dtype=int))
    with closing(cotwin.CotwinVectorEnv(SMALL, 2, game="joint")) as vector:
        vector.reset(seed=1)
        for wrong in (np.zeros((4, 2), dtype=int), np.zeros(8, dtype=int)):
            with pytest.raises(cotwin.ScenarioError, match=r"expected \(2, 4\)"):
                vector.step(wrong)


@pytest.mark.parametrize(
    ("game", "options", "said"),
    [
        ("joint", {"actions": "shortlist"}, "actions: .*the game is joint"),
        ("sequential", {"shortlist": 3}, 'shortlist: 3 counts with the option actions "shortlist" only'),
        ("sequential", {"shortlist": 3, "actions": "slots"}, "shortlist: 3 counts"),
    ],
)
def test_options_of_which_nothing_would_come_are_refused(game: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(cotwin.ScenarioError, match=said):
        cotwin.CotwinEnv(SMALL, game=game, **options)


def test_a_program_that_speaks_of_something_else_is_refused_at_once(tmp_path: Path) -> None:
    program = tmp_path / "chatter"
    program.write_text("#!/bin/sh\nexec yes\n")
    program.chmod(0o755)
    with pytest.raises(cotwin.ProgramError, match="is not cotwin's serve-env, or of another version"):
        cotwin.CotwinEnv(SMALL, program=program)


def test_threads_that_evaluate_at_the_same_time_get_their_own_answers() -> None:
    network = {**INSTANCE, "channels": 2}
    costs: dict[int, list[float]] = {}

    def work(slot: int) -> None:
        costs[slot] = [cotwin.evaluate(network, [slot, 1 - slot]).cost[0] for _ in range(20)]

    threads = [threading.Thread(target=work, args=(slot,)) for slot in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {slot: len(set(of)) for slot, of in costs.items()} == {0: 1, 1: 1}
    assert costs[0] != costs[1]


def test_too_many_to_hold_are_refused_before_anything_is_set_aside() -> None:
    with pytest.raises(cotwin.ScenarioError, match=r"envs: 65536 of them come to \d+ bytes a step; expected at most \d+"):
        cotwin.CotwinVectorEnv(shipped("large"), 65_536, game="joint")
    with pytest.raises(cotwin.ScenarioError, match="num_envs: got 65537"):
        cotwin.CotwinVectorEnv(SMALL, 65_537)


def test_a_vector_of_which_one_process_died_says_so_and_is_of_no_more_use() -> None:
    env = cotwin.CotwinVectorEnv(SMALL, 4, processes=2, autoreset_mode=AutoresetMode.SAME_STEP)
    env.reset(seed=1)
    env.sessions[1].client._process.kill()
    env.sessions[1].client._process.wait()
    for _ in range(2):
        with pytest.raises(cotwin.ProgramError, match="SIGKILL|cannot be used"):
            for _ in range(3):
                env.step(env.action_space.sample())
    env.close()
