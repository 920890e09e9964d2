"""`hardest-first` in Python: clients by increasing best mean gain, each the slot that costs the round the least."""

import numpy as np


class HardestFirst:
    def decide(self, view):
        best = view.mean_gain.max(axis=1)
        clients = np.flatnonzero(view.active)
        evaluator = view.evaluator()
        evaluator.place_in_turn(clients[np.argsort(best[clients], kind="stable")])
        return evaluator.assignment
