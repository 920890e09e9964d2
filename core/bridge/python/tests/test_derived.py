"""What a round shows and earns, derived again from the documented observation by equations of our own."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import SMALL
from numpy.typing import NDArray

import cotwin

N, M, K = 4, 2, 3
SAMPLES, BITS, BODY = 128, 2e7, 3e10
POWER, SERVER_POWER, NOISE, BANDWIDTH, FLOPS = 0.2, 2.0, 4e-15, 4e6, 1e13
LATENCY, ENERGY = 0.3, 0.7

SCENARIO = {
    **SMALL,
    "network": {
        "clients": {"count": N, "powerDbm": 10 * np.log10(1000 * POWER)},
        "servers": {"count": M, "powerDbm": 10 * np.log10(1000 * SERVER_POWER), "flops": FLOPS},
        "channels": {"count": K, "bandwidthHz": BANDWIDTH, "noiseDbm": 10 * np.log10(1000 * NOISE)},
        "reciprocal": False,
    },
    "workload": {
        "samplesPerRound": SAMPLES,
        "uplinkBitsPerSample": BITS,
        "downlinkBitsPerSample": 2 * BITS,
        "bodyFlopsPerSample": BODY,
    },
    "objective": {"latency": LATENCY, "energy": ENERGY},
}


def layout(observation: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """The joint observation by its documented places: what all see, then of each client its own."""
    numbers = observation.astype(np.float64)
    common, own = numbers[: M + K + 1], numbers[M + K + 1 :].reshape(N, 1 + M + 2 * M * K)
    links = own[:, 1 + M :].reshape(N, M, K, 2)
    ratio = 10 ** (20 * links / 10) * NOISE
    return {
        "servers": common[:M] * N / M,
        "channels": common[M : M + K] * N / K,
        "time": common[M + K :],
        "energy": own[:, 0],
        "up": ratio[..., 0] / POWER,
        "down": ratio[..., 1] / SERVER_POWER,
    }


def round_cost(seen: dict[str, NDArray[np.float64]], slots: NDArray[np.int64]) -> tuple[float, float, float]:
    """Eqs. (5)-(19) of a round in which everybody has a slot: cost, time, energy."""
    server, channel = slots // K, slots % K
    times, energies = [], []
    for n in range(N):
        m, k = server[n], channel[n]
        others = [i for i in range(N) if i != n and channel[i] == k]
        heard = sum(POWER * seen["up"][i, m, k] for i in others)
        disturbing = sum(SERVER_POWER * seen["down"][n, server[i], k] for i in others)
        up = BANDWIDTH * np.log2(1 + POWER * seen["up"][n, m, k] / (NOISE + heard))
        down = BANDWIDTH * np.log2(1 + SERVER_POWER * seen["down"][n, m, k] / (NOISE + disturbing))
        sending = SAMPLES * BITS / up
        edge = FLOPS / np.sum(server == m)  # those at a server have equal parts of it
        times.append(sending + SAMPLES * BODY / edge + SAMPLES * 2 * BITS / down)
        energies.append(POWER * sending)
    return LATENCY * max(times) + ENERGY * sum(energies), max(times), sum(energies)


def assignments(count: int) -> list[NDArray[np.int64]]:
    random = np.random.default_rng(5)
    return [random.permutation(M * K)[:N] for _ in range(count)]


def test_costs_and_the_next_observation_follow_from_an_observation_and_the_action() -> None:
    env = cotwin.CotwinEnv(SCENARIO, game="joint", tier="local", rounds=20)
    observation, _ = env.reset(seed=3)
    for slots in assignments(20):
        cost, time, energy = round_cost(layout(observation), slots)
        observation, _, _, _, info = env.step(slots)
        # Observations are float32: gains in decibels to some 1e-6.
        assert info["cost"] == pytest.approx(cost, rel=2e-5)
        assert info["time"] == pytest.approx(time, rel=2e-5)
        assert info["energy"] == pytest.approx(energy, rel=2e-5)
        seen = layout(observation)
        np.testing.assert_allclose(seen["servers"], np.bincount(slots // K, minlength=M), rtol=1e-6)
        np.testing.assert_allclose(seen["channels"], np.bincount(slots % K, minlength=K), rtol=1e-6)
    env.close()


def test_rewards_are_the_documented_functions_of_the_cost() -> None:
    """Of one batch of random rounds: ρ = 1.05 / least, eq. (20); scaled by the least; the logarithm over the median."""
    earned: dict[str, NDArray[np.float64]] = {}
    costs: list[float] = []
    for form in ("objective", "literal", "reciprocal-scaled", "negative-log-cost"):
        env = cotwin.CotwinEnv(SCENARIO, game="joint", reward=form, rounds=20)
        env.reset(seed=3)
        steps = [env.step(slots) for slots in assignments(20)]
        env.close()
        earned[form] = np.array([step[1] for step in steps])
        costs = [step[4]["cost"] for step in steps]
    cost = np.array(costs)
    np.testing.assert_allclose(earned["objective"], -cost, rtol=1e-12)
    least = earned["reciprocal-scaled"] / earned["literal"]
    np.testing.assert_allclose(least, least[0], rtol=1e-12)
    np.testing.assert_allclose(earned["literal"], 1.05 / least + 1 / cost, rtol=1e-12)
    median = np.exp(earned["negative-log-cost"]) * cost
    np.testing.assert_allclose(median, median[0], rtol=1e-12)
    assert median[0] > least[0]
