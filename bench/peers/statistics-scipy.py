"""Times what bench/statistics.ts does, with SciPy and dp-accounting: python3 statistics-scipy.py NAME PAIRS RESAMPLES."""

import json
import math
import sys
import time

import numpy

name, PAIRS, RESAMPLES = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
MEASURED_S = 2


def pairs():
    x = 123456789

    def uniform():
        nonlocal x
        x = (x ^ (x << 13)) & 0xFFFFFFFF
        x ^= x >> 17
        x = (x ^ (x << 5)) & 0xFFFFFFFF
        return (x + 0.5) / 4294967296

    def own():
        return numpy.array(
            [
                math.exp(math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform()))
                for _ in range(PAIRS)
            ]
        )

    values = own()
    return values, 0.9 * values + 0.1 * own()


def wilcoxon():
    from scipy.stats import wilcoxon

    values, references = pairs()
    return lambda: wilcoxon(values, references, method="asymptotic").pvalue


def bootstrap():
    from scipy.stats import bootstrap

    def ratio(values, references, axis=-1):
        return values.mean(axis) / references.mean(axis)

    data = pairs()
    return lambda: bootstrap(
        data, ratio, paired=True, vectorized=True, n_resamples=RESAMPLES, method="percentile"
    ).confidence_interval.high


def accounting():
    import dp_accounting
    from dp_accounting import rdp

    orders = [1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 16, 32, 64, 128, 256]
    event = dp_accounting.PoissonSampledDpEvent(0.01, dp_accounting.GaussianDpEvent(1.1))

    def work():
        accountant = rdp.RdpAccountant(orders)
        accountant.compose(event, 1000)
        return accountant.get_epsilon(1e-5)

    return work


work = {"wilcoxon": wilcoxon, "bootstrap": bootstrap, "accounting": accounting}[name]()
value = float(work())
times = []
start = time.perf_counter()
while time.perf_counter() - start < MEASURED_S:
    before = time.perf_counter()
    work()
    times.append(time.perf_counter() - before)
print(json.dumps({"milliseconds": 1000 * sum(times) / len(times), "value": value}))
