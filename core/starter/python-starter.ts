import { UserError } from '../errors.js'
import type { Starter } from './starter.js'

/** A scheduler in Python with its test and a scenario that uses it; a `UserError` where none may be called that. */
export function pythonStarterOf(kind: string, name: string): Starter {
  if (kind !== 'scheduler')
    throw new UserError(`--python writes schedulers only; a plugin of kind ${kind} is written in TypeScript`)
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new UserError(
      `"${name}" cannot be the name of a plugin; expected lower case with hyphens, e.g. my-scheduler`,
    )
  const module = name.replaceAll('-', '_')
  const className = name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  return {
    own: {
      [`${module}.py`]: sourceOf(className),
      [`test_${module}.py`]: testOf(module),
      [`${name}.yaml`]: scenarioOf(name, module),
    },
    project: {},
  }
}

const sourceOf = (className: string): string => `import numpy as np
from cotwin.scheduler import View


class ${className}:
    """Each client the free slot that costs the round the least, one after the other."""

    def __init__(self, order: str = "index") -> None:
        # The options of the scenario, as keyword arguments.
        self.order = order

    def decide(self, view: View) -> np.ndarray:
        # Those that have quit or are away sit out.
        waiting = np.flatnonzero(view.active)
        if self.order == "weakest-first":
            waiting = waiting[np.argsort(view.mean_gain.max(axis=1)[waiting], kind="stable")]
        # The evaluator knows what any change would cost; nobody is placed yet.
        evaluator = view.evaluator()
        for client in waiting:
            costs = evaluator.costs_of_placing(client)
            slot = int(np.argmin(costs))
            if np.isfinite(costs[slot]):
                evaluator.place(client, slot)
        return evaluator.assignment  # a slot for each client, server * channels + channel, or -1 to sit out
`

const testOf = (module: string): string => `from pathlib import Path

import cotwin


def test_it_keeps_what_a_scheduler_promises() -> None:
    cotwin.check_scheduler(Path(__file__).parent / "${module}.py")
`

const scenarioOf = (name: string, module: string): string => `name: ${name}
seed: 1
rounds: 200
# The others are compared with the first.
schedulers:
  - swap-matching
  - { plugin: python, label: ${name}, options: { program: ./${module}.py, options: { order: weakest-first } } }
  - hardest-first
  - random
`
