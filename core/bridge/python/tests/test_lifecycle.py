"""What goes wrong between two processes, and the same bytes on both sides."""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import HOME, LONG, REFUSED, SMALL, shipped

import cotwin

STEPS = 1000


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


SAME = """
import { createHash } from 'node:crypto'
import { loadScenario } from 'cotwin'
import { openEnvironments } from 'cotwin/environments'
import { builtInPlugins } from 'cotwin/plugins'
const [, game, file, steps] = process.argv
const environment = (await openEnvironments(await loadScenario(file, { registry: builtInPlugins }), { game })).create()
const { sizes, outputs } = environment
const hash = createHash('sha256')
const note = () => {
  for (const name of ['observation', 'reward', 'mask', 'terminated', 'truncated', 'assignment'])
    hash.update(new Uint8Array(outputs[name].buffer, outputs[name].byteOffset, outputs[name].byteLength))
}
environment.reset({ seed: 11 })
note()
for (let i = 0; i < Number(steps); i++) {
  if (environment.over) environment.reset()
  else environment.step(new Int32Array(sizes.choices).map((_, n) => (7 * i + 13 * n) % sizes.actions))
  note()
}
console.log(hash.digest('hex'))
"""


@pytest.mark.parametrize("game", ["sequential", "joint", "parallel"])
def test_the_same_seed_gives_the_same_bytes_as_in_typescript(game: str) -> None:
    scenario = shipped("heterogeneous-budgets")
    theirs = subprocess.run(
        ["node", "--input-type=module", "-e", SAME, game, str(scenario), str(STEPS)],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if game == "parallel":
        env = cotwin.parallel_env(scenario=scenario)
    else:
        env = cotwin.CotwinEnv(scenario, game=game)
    session = env.session
    digest = hashlib.sha256()

    def note() -> None:
        for name in ("observation", "reward", "mask", "terminated", "truncated", "assignment"):
            digest.update(session.arrays[name].tobytes())

    session.reset([11])
    note()
    sizes = session.sizes
    agents = np.arange(sizes.choices)
    for i in range(STEPS):
        if not session.arrays["active"].any():
            session.reset()
        else:
            session.step(((7 * i + 13 * agents) % sizes.actions).reshape(1, -1))
        note()
    env.close()
    assert digest.hexdigest() == theirs


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="how a pipe is waited for is told on Linux only")
def test_node_waits_for_pipes_and_does_not_look_again_each_millisecond() -> None:
    """Found so, a request may have lain there for as long as 64 environments take for a step."""
    env = cotwin.CotwinEnv(SMALL)
    env.reset(seed=1)
    for descriptor in (0, 1):
        told = Path(f"/proc/{env.session.client.pid}/fdinfo/{descriptor}").read_text()
        flags = next(line for line in told.splitlines() if line.startswith("flags:"))
        assert not int(flags.split()[1], 8) & os.O_NONBLOCK
    env.close()


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (99, "got 99, expected 0 to 5"),
        (-1, "got -1, expected 0 to 5"),
        (float("nan"), "expected whole numbers"),
        (1.5, "expected whole numbers"),
        (np.array([1, 2]), r"shape \(2,\), expected \(1, 1\)"),
        ("a", "expected whole numbers"),
        (None, "expected whole numbers"),
    ],
)
def test_wrong_actions_are_refused_and_change_nothing(action: object, said: str) -> None:
    env = cotwin.CotwinEnv(SMALL)
    env.reset(seed=1)
    with pytest.raises(cotwin.ScenarioError, match=said):
        env.step(action)
    one = env.step(2)
    env.reset(seed=1)
    two = env.step(2)
    np.testing.assert_array_equal(one[0], two[0])
    env.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tier": "twn"}, 'expected counts, large-scale, local, twin (did you mean "twin"?)'),
        ({"rewards": "literal"}, '(did you mean "reward"?)'),
        ({"rounds": 0}, "expected a whole number from 1"),
        ({"game": "parallel"}, "CotwinParallelEnv"),
    ],
)
def test_wrong_options_name_what_was_meant(given: dict, said: str) -> None:
    with pytest.raises(cotwin.ScenarioError) as caught:
        cotwin.CotwinEnv(SMALL, **given)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", REFUSED)
def test_a_scenario_that_does_not_apply_is_refused_with_the_reason(name: str) -> None:
    for make in (cotwin.CotwinEnv, cotwin.parallel_env) if LONG else (cotwin.CotwinEnv,):
        with pytest.raises(cotwin.ScenarioError) as caught:
            make(shipped(name))
        [problem] = caught.value.problems
        assert REFUSED[name] in problem.message
        # Where it is written: in this file, or in the one that it extends.
        assert problem.file is not None and Path(problem.file).parent == shipped(name).parent
        assert problem.line is not None


def test_a_killed_node_is_told_within_a_second() -> None:
    env = cotwin.CotwinEnv(SMALL)
    env.reset(seed=1)
    os.kill(env.session.client.pid, signal.SIGKILL)
    start = time.monotonic()
    with pytest.raises(cotwin.ProgramError, match="SIGKILL"):
        for _ in range(3):
            env.step(0)
    assert time.monotonic() - start < 1
    with pytest.raises(cotwin.ProgramError, match="cannot be used"):
        env.reset()
    env.close()


def script(body: str, wait_for_pid: bool = True) -> tuple[subprocess.Popen[str], int]:
    head = f"import cotwin, os, sys, time, signal\nSMALL = {SMALL!r}\nenv = cotwin.CotwinEnv(SMALL)\nenv.reset(seed=1)\n"
    text = head + "print(env.session.client.pid, flush=True)\n" + textwrap.dedent(body)
    process = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline()) if wait_for_pid else 0


@pytest.mark.parametrize(
    ("body", "kill"),
    [
        ("time.sleep(60)", signal.SIGKILL),
        ("time.sleep(60)", signal.SIGTERM),
        ("while True: env.step(0) if env.session.arrays['active'].any() else env.reset()", signal.SIGKILL),
        ("sys.exit(3)", None),
        ("raise RuntimeError('x')", None),
        ("os._exit(1)", None),
        ("del env", None),
    ],
)
def test_node_ends_with_python_however_that_ends(body: str, kill: signal.Signals | None) -> None:
    process, pid = script(body)
    assert alive(pid) or kill is None
    if kill is not None:
        time.sleep(0.2)
        process.send_signal(kill)
    process.communicate(timeout=30)
    assert gone_within(pid, 3)


def test_control_c_raises_and_leaves_nothing_behind() -> None:
    process, pid = script(
        """
        try:
            while True:
                env.step(0) if env.session.arrays['active'].any() else env.reset()
        except KeyboardInterrupt:
            print('interrupted', flush=True)
        """
    )
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert out.strip() == "interrupted"
    assert process.returncode == 0
    assert gone_within(pid, 3)


def processes_with(words: str) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if words in each.read_bytes().replace(b"\0", b" ").decode(errors="replace") and alive(int(each.parent.name)):
                found.append(int(each.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked for in /proc")
def test_a_run_ends_with_python_however_that_ends_and_keeps_its_rounds(tmp_path: Path) -> None:
    out = tmp_path / "run"
    text = f"import cotwin\ncotwin.run({ {**SMALL, 'rounds': 10**6}!r}, out={str(out)!r})"
    process = subprocess.Popen([sys.executable, "-c", text], cwd=tmp_path)
    until = time.monotonic() + 60
    while not list(out.glob("*.partial")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_with(str(out))
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while processes_with(str(out)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not processes_with(str(out))
    assert len(cotwin.load_run(out).tables["rounds"]) > 0


def test_two_environments_in_one_process_do_not_disturb_each_other() -> None:
    one, two = cotwin.CotwinEnv(SMALL), cotwin.CotwinEnv(SMALL)
    first, _ = one.reset(seed=1)
    second, _ = two.reset(seed=2)
    assert not np.array_equal(first, second)
    again, _ = two.reset(seed=1)
    np.testing.assert_array_equal(first, again)
    one.close()
    two.step(0)
    two.close()


def _in_fork(env: cotwin.CotwinEnv, queue: "multiprocessing.Queue[str]") -> None:
    try:
        env.step(0)
        queue.put("stepped")
    except cotwin.CotwinError as error:
        queue.put(str(error))


def _own(queue: "multiprocessing.Queue[float]") -> None:
    env = cotwin.CotwinEnv(SMALL)
    env.reset(seed=1)
    queue.put(env.step(0)[1])
    env.close()


def test_a_forked_child_is_refused_and_the_parent_goes_on() -> None:
    env = cotwin.CotwinEnv(SMALL)
    env.reset(seed=1)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_fork, args=(env, queue))
    child.start()
    assert "opened by another process" in queue.get(timeout=10)
    child.join()
    env.step(0)
    pid = env.session.client.pid
    env.close()
    assert gone_within(pid, 3)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_child_opens_its_own(method: str) -> None:
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    child = context.Process(target=_own, args=(queue,))
    child.start()
    assert isinstance(queue.get(timeout=60), float)
    child.join()
    assert child.exitcode == 0


def test_opened_and_closed_again_and_again() -> None:
    times = 100 if LONG else 3
    open_files = len(os.listdir("/proc/self/fd"))
    pids = []
    for _ in range(times):
        env = cotwin.CotwinEnv(SMALL)
        env.reset(seed=1)
        pids.append(env.session.client.pid)
        env.close()
    gc.collect()
    assert not [pid for pid in pids if alive(pid)]
    assert len(os.listdir("/proc/self/fd")) == open_files


def test_many_resets_do_not_grow() -> None:
    env = cotwin.CotwinEnv(SMALL)
    pid = env.session.client.pid

    def memory() -> int:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096

    for seed in range(1000):
        env.reset(seed=seed)
    before = memory()
    for seed in range(10_000 if LONG else 2000):
        env.reset(seed=seed)
    assert memory() - before < 64e6
    env.close()
