import { expect, test } from 'vitest'
import { formatProblem, UserError } from '../../core/errors.js'
import { answerOf } from '../../core/instance/answer.js'
import {
  checkAssignment,
  checkDecided,
  decisionOf,
  explicitAssignment,
} from '../../core/instance/explicit-assignment.js'
import { checkInstance, networkOf, sizesOf } from '../../core/instance/explicit-instance.js'
import { type ScheduleOptions, schedule } from '../../core/instance/schedule.js'
import type { ExplicitInstance } from '../../core/instance/schema.js'
import { asDecision, assignmentOf, evaluateRound, SITS_OUT } from '../../core/plugin/index.js'
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
  const decision = await schedule(network, name, options)
  const assignment = assignmentOf(decision)
  const served = assignment.filter((slot) => slot !== SITS_OUT)
  // Those whose turns differ may have one slot.
  const turns = decision instanceof Int32Array ? undefined : decision.turn
  const places = [...assignment.entries()].filter(([, slot]) => slot !== SITS_OUT)
  expect(new Set(places.map(([client, slot]) => `${slot}/${turns?.[client]}`)).size).toBe(served.length)
  expect(Math.min(...served)).toBeGreaterThanOrEqual(0)
  // Who selects takes as many as a deadline allows.
  if (name === 'fedcs') expect(served.length).toBeGreaterThan(0)
  else expect(served.length).toBe(6)
  expect(await schedule(network, name, options)).toEqual(decision)
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

test('optimal decides the levels of power, cuts and payloads that an instance lists, and costs what the best of all comes to', async () => {
  const cut = { headFlops: 1, bodyFlops: 5, uplinkBits: 10, downlinkBits: 15 }
  const instance: ExplicitInstance = {
    ...pairInstance,
    client: { ...pairInstance.client, powerLevelsW: [1, 0.1, 0.4] },
    cuts: [
      { name: 'early', ...cut },
      { ...cut, headFlops: 12, bodyFlops: 1, uplinkBits: 4, uplinkBitsPerRound: 9 },
    ],
    payloads: [
      { uplinkShare: 0.25, downlinkShare: 1 },
      { uplinkShare: 1, downlinkShare: 0.5 },
    ],
  }
  expect(checkInstance(instance, registry)).toEqual([])
  const network = networkOf(instance)
  const decided = asDecision(await schedule(network, 'optimal', { registry }))
  const { cost } = evaluateRound(network, decided)
  const written = explicitAssignment(decided, network.channels)
  expect(checkAssignment(written, sizesOf(instance))).toEqual([])
  expect(decisionOf(written, network.channels)).toEqual(decided)
  let least = Number.POSITIVE_INFINITY
  const both = (values: readonly number[]) => values.flatMap((one) => values.map((other) => [one, other]))
  for (const [first, second] of both([0, 1, 2, 3])) {
    if (first === second) continue
    for (const powers of both([0.1, 0.4, 1]))
      for (const cuts of both([0, 1]))
        for (const payloads of both([0, 1])) {
          const tried = {
            server: [first >> 1, second >> 1],
            channel: [first & 1, second & 1],
            powerW: powers,
            cut: cuts,
            payload: payloads,
          }
          least = Math.min(least, answerOf(network, decisionOf(tried, network.channels)).cost)
        }
  }
  expect(Math.abs(cost / least - 1)).toBeLessThan(1e-9)
  // Slots alone are what they were.
  expect(await schedule(network, 'swap-matching', { registry })).toEqual(
    await schedule(networkOf(pairInstance), 'swap-matching', { registry }),
  )
})

test.each([
  [{ cut: [0, null] }, 'cut[1]: client 1: expected a cut, from 0; found null'],
  [{ cut: [0, 2] }, 'cut[1]: client 1: 2 is above 1, the last cut'],
  [{ powerW: [0.4, 0.3] }, 'powerW[1]: client 1: 0.3 W is none of the levels 0.1, 0.4, 1 W'],
])('an assignment with %j is refused', (decided, message) => {
  const cut = { headFlops: 1, bodyFlops: 5, uplinkBits: 10, downlinkBits: 15 }
  const network = networkOf({
    ...pairInstance,
    client: { ...pairInstance.client, powerLevelsW: [1, 0.1, 0.4] },
    cuts: [cut, cut],
  })
  const found = checkDecided({ server: [0, 1], channel: [0, 0], ...decided }, network, false)
  expect(found.map(({ path, message }) => `${path[0]}[${path[1]}]: ${message}`)).toEqual([message])
})

test('what an answer’s assignment says costs what the answer does: powers by slot and turns, too', async () => {
  const network = networkOf({ ...pairInstance, channels: 2 })
  const decided = asDecision(await schedule(network, 'cpsl', { registry }))
  expect(decided.grants?.powerW).toBeDefined()
  const written = JSON.parse(JSON.stringify(explicitAssignment(decided, 2)))
  expect(checkAssignment(written, sizesOf(pairInstance))).toEqual([])
  expect(written.slotPowerW).toHaveLength(2)
  const found = answerOf(network, decisionOf(written, 2))
  expect(found).toEqual(answerOf(network, decided))
  for (const [n, { powerW, slotPowerW = [] }] of found.clients.entries())
    if (slotPowerW) expect(powerW, `${n}`).toBe(slotPowerW.reduce((sum, each) => sum + each, 0))
  const wanting = { ...written, slotPowerW: [null, null] }
  expect(checkAssignment(wanting, sizesOf(pairInstance)).map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^client \d: expected a power for each of its \d channels; found null$/),
    ]),
  )
})
