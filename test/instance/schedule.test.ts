import { expect, test } from 'vitest'
import { formatProblem, UserError } from '../../core/errors.js'
import { networkOf } from '../../core/instance/explicit-instance.js'
import { type ScheduleOptions, schedule } from '../../core/instance/schedule.js'
import { SITS_OUT } from '../../core/network/assignment.js'
import { assignmentOf } from '../../core/network/decision.js'
import { evaluateRound } from '../../core/network/round-cost.js'
import { builtInPlugins } from '../../plugins/index.js'
import { randomNetwork } from '../network/instances.js'
import { pairInstance } from './instances.js'

const registry = builtInPlugins
/** Those that run what a user brings along. */
const brought = new Set(['python', 'onnx'])
const names = registry
  .list('scheduler')
  .map(({ name }) => name)
  .filter((name) => !brought.has(name))

/** Those that would rather be trained first; as they are, they decide as well as chance. */
const untrained: Readonly<Record<string, string>> = {
  d3qn: '{ untrained: true, repair: true }',
  static: '{ untrained: true }',
}

const refusal = async (name: string, options: string) => {
  const error = await schedule(networkOf(pairInstance), name, { registry, options }).catch((thrown) => thrown)
  if (!(error instanceof UserError)) throw error
  return error.problems.map(formatProblem)
}

test.each(names)('%s gives an instance a feasible assignment, the same for the same seed', async (name) => {
  const network = randomNetwork(3, { clients: 6, servers: 2, channels: 4 })
  const options: ScheduleOptions = { registry, seed: 5, options: untrained[name] ?? '{}' }
  const assignment = assignmentOf(await schedule(network, name, options))
  const served = assignment.filter((slot) => slot !== SITS_OUT)
  expect(new Set(served).size).toBe(served.length)
  expect(Math.min(...served)).toBeGreaterThanOrEqual(0)
  // Who selects takes as many as a deadline allows.
  if (name === 'fedcs') expect(served.length).toBeGreaterThan(0)
  else expect(served.length).toBe(6)
  expect(await schedule(network, name, options)).toEqual(assignment)
})

test('swap matching finds the best of the twelve ways to place two clients', async () => {
  const network = networkOf(pairInstance)
  const slots = [0, 1, 2, 3]
  const ways = slots.flatMap((first) =>
    slots.filter((second) => second !== first).map((second) => [first, second]),
  )
  const costs = ways.map((way) => evaluateRound(network, Int32Array.from(way)).cost)
  const assignment = await schedule(network, 'swap-matching', { registry })
  expect(evaluateRound(network, assignment).cost).toBe(Math.min(...costs))
})

test('its options are read as YAML or JSON and checked, all problems at once', async () => {
  expect(await refusal('gredy', '{')).toEqual([
    expect.stringMatching(
      /^--scheduler: plugin: there is no scheduler plugin "gredy".*\(did you mean "greedy"\?\)$/,
    ),
    expect.stringMatching(/^--options: this is not valid YAML/),
  ])
  expect(await refusal('swap-matching', '{"strat": "random", "sweeps": 0}')).toEqual([
    '--options:1:2: options: unknown key "strat" (did you mean "start"?)',
    '--options:1:31: options.sweeps: expected a whole number of at least 1, found 0',
  ])
  expect(await refusal('greedy', 'hardest-first')).toEqual([
    '--options: expected a mapping of option names to values',
  ])
})
