import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Experiment, openRun, type RoundRecord } from '../../core/index.js'
import type { TwinRecord } from '../../core/observe/events.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { directoryWith } from '../plugins/support.js'
import { experimentOf } from '../simulation/experiments.js'

const rounds = 18

/** Clients that walk away from where the twin last saw them: every twelfth round it looks again. */
const drifting = (steps: number) => `name: drifting
seed: 3
rounds: ${rounds}
workload: { uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
network:
  clients:
    count: 4
    positions: fixed
    mobility: { plugin: random-waypoint, options: { speedMps: [10, 20], pauseSeconds: [0, 1] } }
  servers: { count: 2 }
  channels: { count: 3 }
  fading: none
twin: { everyRounds: 12, deviation: { window: 4, threshold: 0.3, fineTuneSteps: ${steps} } }
training: { validationRounds: 5 }
schedulers:
  - plugin: d3qn
    options: { untrained: true, hidden: [16], rounds: 512, networks: 4, updateEvery: 4, reward: negative-log-cost }
`

/** A run to its end, or to the end of a round. */
async function played(experiment: Experiment, until = rounds) {
  const twin: TwinRecord[] = []
  const costs: RoundRecord[] = []
  const stop = new AbortController()
  experiment.bus.on('twin', (record) => void twin.push(record))
  experiment.bus.on('scheduler:round', (record) => void costs.push(record))
  experiment.bus.on('round:end', ({ round }) => {
    if (round === until) stop.abort()
  })
  await experiment.run(stop.signal)
  return { twin, costs, weights: weightsOf(experiment) }
}

/** The weights of d3qn's networks as an experiment would keep them. */
function weightsOf(experiment: Experiment): Float32Array {
  const arrays = Object.entries(experiment.save().arrays).filter(([name]) => name.endsWith('online'))
  expect(arrays).toHaveLength(1)
  return arrays[0][1] as Float32Array
}

describe('d3qn, in a run whose network drifts from its twin', () => {
  test('is trained on when the two have come apart, and decides by what it has learned', async () => {
    const [tuned, control] = [await experimentOf(drifting(1)), await experimentOf(drifting(0))]
    const before = weightsOf(tuned)
    expect(weightsOf(control)).toEqual(before)
    const [learned, same] = [await played(tuned), await played(control)]

    const first = learned.twin.findIndex((record) => record.tuned)
    expect(first).toBeGreaterThanOrEqual(3)
    expect(first).toBeLessThan(rounds - 1)
    expect(learned.twin[first].deviation).toBeGreaterThan(0.3)
    expect(learned.twin.filter((record) => record.deviation !== null).every((record) => record.tuned)).toBe(
      true,
    )
    expect(same.twin.some((record) => record.tuned)).toBe(false)
    expect(same.weights).toEqual(before)
    expect(learned.weights).not.toEqual(before)
    expect(learned.weights.every((weight) => Number.isFinite(weight))).toBe(true)

    // All rounds are played; up to the first training they are those of the run without, then no longer.
    expect(learned.costs).toHaveLength(rounds)
    expect(learned.costs.slice(0, first + 1)).toEqual(same.costs.slice(0, first + 1))
    expect(learned.costs.slice(first + 1)).not.toEqual(same.costs.slice(first + 1))
  })

  test('comes to the same again, also where it was stopped after it was trained on', async () => {
    const whole = await played(await experimentOf(drifting(1)))
    const first = whole.twin.find((record) => record.tuned)!.round
    const stopped = await experimentOf(drifting(1))
    await played(stopped, first + 1)
    const resumed = await experimentOf(drifting(1))
    resumed.restore(structuredClone(stopped.save()))
    const rest = await played(resumed)
    expect(rest.costs).toEqual(whole.costs.slice(first + 1))
    expect(rest.twin).toEqual(whole.twin.slice(first + 1))
    expect(rest.weights).toEqual(whole.weights)
  })

  test('tells so in the tables of the run, which say the same again', async () => {
    const directory = directoryWith({ 'drifting.yaml': drifting(1) })
    const out = join(directory, 'run')
    await run(join(directory, 'drifting.yaml'), { plugins: builtInPlugins, out, report: false })
    const stored = openRun(out)
    const again = await played(await experimentOf(drifting(1)))
    const tuned = Array.from((await stored.readTable('twin')).columns.tuned)
    expect(tuned).toEqual(again.twin.map((record) => (record.tuned ? 1 : 0)))
    expect(tuned).toContain(1)
    const costs = Array.from((await stored.readTable('rounds')).columns.cost)
    expect(costs).toEqual(again.costs.map(({ cost }) => cost.cost))
  })
})
