"""Fig. 8 of the paper from a run: how the energy of a round is distributed under each scheduler.

    npx cotwin run scenarios/paper-schedulers.yaml --out runs/paper
    python scenarios/python/fig8.py runs/paper fig8.png
"""

from __future__ import annotations

import sys

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np

import cotwin


def main(directory: str, picture: str) -> None:
    run = cotwin.load_run(directory)
    rounds = run.tables["rounds"]
    unit = run.tables.units["rounds"]["energy"]
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    for label, of in rounds.groupby("scheduler", sort=False):
        energy = np.sort(of["energy"].to_numpy())
        axes.plot(energy, np.arange(1, energy.size + 1) / energy.size, label=label)
    axes.set_xscale("log")
    axes.set_xlabel(f"energy of a round, {unit}")
    axes.set_ylabel("share of rounds that take no more")
    axes.legend(fontsize="small")
    figure.savefig(picture, dpi=150)


if __name__ == "__main__":
    main(*sys.argv[1:3])
