"""Runs, suites and instances from Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import INSTANCE, SMALL

import cotwin


def test_a_run_comes_back_as_tables_with_units(tmp_path: Path) -> None:
    ran = cotwin.run(SMALL, set={"rounds": 7}, seed=3, out=tmp_path / "run")
    rounds = ran.tables["rounds"]
    assert len(rounds) == 7
    assert ran.tables.units["rounds"]["time"] == "s"
    assert ran.tables.units["rounds"]["energy"] == "J"
    assert rounds.attrs["units"]["energy"] == "J"
    assert ran.summary is not None
    assert rounds["cost"].mean() == pytest.approx(ran.summary["schedulers"][0]["cost"]["mean"], rel=1e-12)
    assert (0.5 * rounds["time"] + 0.5 * rounds["energy"]).to_numpy() == pytest.approx(rounds["cost"].to_numpy())
    again = cotwin.load_run(ran.directory)
    assert again.tables["clients"].equals(ran.tables["clients"])
    assert ran.report.exists()
    assert not list(Path.cwd().glob(".cotwin-*"))


def test_a_scenario_with_mistakes_says_where(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("name: wrong\nnetwork:\n  clients: { cuont: 3 }\nschedulers: [greedy]\n")
    for attempt in (lambda: cotwin.run(file), lambda: cotwin.CotwinEnv(file)):
        with pytest.raises(cotwin.ScenarioError) as caught:
            attempt()
        [problem] = caught.value.problems
        assert (problem.line, problem.column, problem.suggestion) == (3, 14, "count")
        assert problem.file is not None and problem.file.endswith("wrong.yaml")


def test_no_run_and_no_table() -> None:
    with pytest.raises(cotwin.CotwinError, match="is no directory of a run"):
        cotwin.load_run("/nowhere")
    with pytest.raises(cotwin.CotwinError, match="is no directory of a suite"):
        cotwin.load_bench("/nowhere")


def test_many_assignments_in_one_call() -> None:
    slots = np.array([[0, 3], [1, 2], [0, -1], [-1, -1]])
    found = cotwin.evaluate(INSTANCE, slots)
    assert found.cost.shape == (4,)
    assert found.cost == pytest.approx(0.5 * found.time + 0.5 * found.energy)
    assert found.cost[3] == 0
    # Client 0 alone on slot 0: eqs. (9), (12), (7), (14), (16) by hand.
    up = 128 * 6.4e7 / (4e6 * np.log2(1 + 0.2 * 1e-11 / 4e-15))
    down = 128 * 6.4e7 / (4e6 * np.log2(1 + 2 * 1e-11 / 4e-15))
    edge = 128 * 4.9e10 / 1e13
    assert found.time[2] == pytest.approx(up + edge + down, rel=1e-12)
    assert found.energy[2] == pytest.approx(0.2 * up, rel=1e-12)
    assert np.isnan(found.clients["time"][2, 1])
    single = cotwin.evaluate(INSTANCE, {"server": [0, 1], "channel": [0, 1]})
    assert single.cost[0] == found.cost[0]
    with pytest.raises(cotwin.ScenarioError, match="assignment 1"):
        cotwin.evaluate(INSTANCE, [[0, 3], [0, 9]])


def test_evaluate_takes_what_is_decided_beside_slots() -> None:
    slots = {"server": [0, 1], "channel": [0, 1]}
    half = np.array(INSTANCE["client"]["powerW"]) / 2
    whole, decided, turns = (
        cotwin.evaluate(INSTANCE, each) for each in (slots, {**slots, "powerW": half}, {**slots, "turn": [0, 1]})
    )
    up = decided.clients["uplinkTime"][0]
    assert decided.clients["uplinkEnergy"][0] == pytest.approx(half * up, rel=1e-12)
    assert (up > whole.clients["uplinkTime"][0]).all()
    # One after the other: alone on the air, and the round takes both.
    alone = [cotwin.evaluate(INSTANCE, {"server": s, "channel": s}).time[0] for s in ([0, -1], [-1, 1])]
    assert turns.time[0] == pytest.approx(sum(alone), rel=1e-12)
    with pytest.raises(cotwin.ScenarioError, match="cut: models have no cuts"):
        cotwin.evaluate(INSTANCE, {**slots, "cut": [0, 0]})


def test_evaluate_takes_powers_clocks_and_cuts_one_by_one_and_together() -> None:
    """Of a client alone by hand: its own of everything, in a batch beside what the instance has."""
    cuts = [
        {"headFlops": 0, "bodyFlops": 4.9e10, "uplinkBits": 6.4e7, "downlinkBits": 6.4e7},
        {"headFlops": 2e9, "bodyFlops": 4.7e10, "uplinkBits": 1.6e7, "downlinkBits": 1.6e7},
    ]
    client = {
        **INSTANCE["client"],
        "flops": [1e12, 2e12],
        "joulesPerSample": [0.01, 0.02],
        "cycles": [3e9, 4e9],
        "clockHz": [2e9, 2e9],
        "switchedCapacitance": [1e-27, 2e-27],
    }
    instance = {**INSTANCE, "client": client, "cuts": cuts}
    slots = {"server": [0, -1], "channel": [1, -1]}
    chosen = {"powerW": [0.05, None], "clockHz": [1e9, None], "cut": [1, None]}
    singly = [{**slots, key: value} for key, value in chosen.items()]
    found = cotwin.evaluate(instance, [slots, *singly, {**slots, **chosen}])

    def by_hand(power: float = 0.2, clock: float = 2e9, cut: int = 0) -> dict[str, float]:
        load, slower = cuts[cut], 2e9 / clock
        head = 128 * load["headFlops"] / 1e12 * slower + 3e9 / clock
        up = 128 * load["uplinkBits"] / (4e6 * np.log2(1 + power * 2e-11 / 4e-15))
        down = 128 * load["downlinkBits"] / (4e6 * np.log2(1 + 2 * 2e-11 / 4e-15))
        edge = 128 * load["bodyFlops"] / 1e13
        return {"headTime": head, "uplinkTime": up, "edgeTime": edge, "downlinkTime": down, "uplinkEnergy": power * up}

    cases = [{}, {"power": 0.05}, {"clock": 1e9}, {"cut": 1}, {"power": 0.05, "clock": 1e9, "cut": 1}]
    for index, case in enumerate(cases):
        for name, value in by_hand(**case).items():
            assert found.clients[name][index, 0] == pytest.approx(value, rel=1e-12), (case, name)
        assert np.isnan(found.clients["time"][index, 1])
    # Cycles take the square of the clock, and what each sample takes goes with the head.
    assert found.clients["headEnergy"][0, 0] - found.clients["headEnergy"][2, 0] == pytest.approx(3e9 * 1e-27 * 3e18)
    for wrong, said in (
        ({"cut": [2, None]}, "assignment 1: cut.0: .*2"),
        ({"powerW": [0.3, None]}, "assignment 1: powerW.0"),
        ({"clockHz": [3e9, None]}, "assignment 1: clockHz.0"),
        ({"powerw": [0.1, None]}, 'assignment 1: powerw: unknown key .*did you mean "powerW"'),
    ):
        with pytest.raises(cotwin.ScenarioError, match=said):
            cotwin.evaluate(instance, [slots, {**slots, **wrong}])


def test_every_table_of_a_run_is_read_with_its_units(tmp_path: Path) -> None:
    scenario = {
        **SMALL,
        "decisions": {"power": {}},
        "schedulers": ["hardest-first", {"plugin": "swap-matching", "allocate": ["coordinate-descent"]}],
    }
    ran = cotwin.run(scenario, out=tmp_path / "run")
    for name, frame in cotwin.load_run(tmp_path / "run").tables.items():
        assert set(frame.columns) == set(frame.attrs["units"])
        # What a run without jobs has no columns of is described all the same.
        assert set(ran.tables.units[name]) - set(frame.columns) <= {"job", "jobRound"}
    assert ran.tables.units["variables"]["powerW"] == "W"
    assert len(ran.tables["variables"]) > 0
