import { describe, expect, test } from 'vitest'
import { parseScenario } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { problemsOf } from './support.js'

const registry = builtInPlugins
const problems = (text: string) => problemsOf(`dynamics: dynamic\n${text}`, { registry })

describe('an option of dynamic rounds', () => {
  test.each([
    ['round: { deadlineSeconds: 0 }', '2:27: round.deadlineSeconds: expected a number above 0 (s), found 0'],
    [
      'round: { deadlineSeconds: soon }',
      '2:27: round.deadlineSeconds: expected null or a number above 0 (s), found "soon"',
    ],
    ['round: { deadline: 3 }', '2:10: round: unknown key "deadline" (did you mean "deadlineSeconds"?)'],
    [
      'churn: poison',
      '2:8: churn: there is no churn plugin "poison"; known: poisson, trace, sumo-fcd, fedscale (did you mean "poisson"?)',
    ],
    [
      'churn: { plugin: poisson, options: { meanStaySeconds: 0 } }',
      '2:55: churn.options.meanStaySeconds: expected a number above 0 (s), found 0',
    ],
    [
      'churn: { plugin: poisson, options: { start: absent } }',
      '2:45: churn.options.start: expected "present" or "stationary", found "absent"',
    ],
    ['churn: trace', '2:8: churn.options: missing key "file"; expected the path of a CSV file'],
    [
      'churn: 3',
      '2:8: churn: expected null or the name of a churn plugin or { plugin, label, options }, found 3',
    ],
    [
      'faults: { outages: { ratePerSecond: -1, meanSeconds: 5 } }',
      '2:37: faults.outages.ratePerSecond: expected a number above 0 (per s), found -1',
    ],
    [
      'faults: { outages: { ratePerSecond: 0.1 } }',
      '2:20: faults.outages: missing key "meanSeconds"; expected a number above 0 (s)',
    ],
    [
      'faults: { outages: { ratePerSecond: 0.1, meanSeconds: 5, blockBits: -8 } }',
      '2:69: faults.outages.blockBits: expected a number of at least 0 (bit), found -8',
    ],
    [
      'faults: { outages: { ratePerSeconds: 0.1, meanSeconds: 5 } }',
      '2:22: faults.outages: unknown key "ratePerSeconds" (did you mean "ratePerSecond"?)',
    ],
    [
      'workload: { headFlopsPerSample: 1 }\nfaults: { stragglers: { plugin: pareto, options: { shape: 1 } } }',
      '3:59: faults.stragglers.options.shape: expected a number above 1, found 1',
    ],
    [
      'faults: { servers: { meanTimeBetweenFailuresSeconds: 9, meanRepairSeconds: .inf } }',
      '2:76: faults.servers.meanRepairSeconds: expected a number above 0 (s), found .inf',
    ],
    [
      'faults: { servers: { meanTimeBetweenFailuresSeconds: 9, meanRepairSeconds: 9, work: gone } }',
      '2:85: faults.servers.work: expected "lost" or "kept", found "gone"',
    ],
    ['faults: { server: null }', '2:11: faults: unknown key "server" (did you mean "servers"?)'],
    [
      'faults: { stragglers: lognormal }',
      '2:23: faults.stragglers: slows what clients compute themselves, and workload.headFlopsPerSample is 0; expected it above 0, or network.clients.cyclesPerRound',
    ],
  ])('that is wrong is pointed at: %s', async (text, problem) => {
    expect(await problems(text)).toEqual([`scenario.yaml:${problem}`])
  })

  test('is refused under static dynamics, each at its place', async () => {
    const text = `round: { deadlineSeconds: 60 }
churn: poisson
faults:
  outages: { ratePerSecond: 0.1, meanSeconds: 5 }
  stragglers: lognormal
  servers: { meanTimeBetweenFailuresSeconds: 9, meanRepairSeconds: 9 }
`
    const because =
      'takes dynamics: dynamic; the times of static dynamics follow from equations that know of nothing like it'
    expect(await problemsOf(text, { registry })).toEqual([
      `scenario.yaml:1:27: round.deadlineSeconds: ${because}`,
      `scenario.yaml:2:8: churn: ${because}`,
      `scenario.yaml:4:12: faults.outages: ${because}`,
      `scenario.yaml:5:15: faults.stragglers: ${because}`,
      `scenario.yaml:6:12: faults.servers: ${because}`,
    ])
  })

  test('may be null under either', async () => {
    const text =
      'round: { deadlineSeconds: null }\nchurn: null\nfaults: { outages: null, stragglers: null, servers: null }\n'
    expect(await problemsOf(text, { registry })).toEqual([])
    expect(await problems(text)).toEqual([])
  })

  test('is filled in with its defaults', async () => {
    const text = `dynamics: dynamic
workload: { headFlopsPerSample: 1e9 }
churn: poisson
faults:
  outages: { ratePerSecond: 0.1, meanSeconds: 5 }
  stragglers: pareto
  servers: { meanTimeBetweenFailuresSeconds: 9, meanRepairSeconds: 8 }
`
    const { scenario } = await parseScenario(text, { registry })
    expect(scenario.churn).toEqual({
      plugin: 'poisson',
      label: 'poisson',
      options: { meanStaySeconds: 3600, meanAbsenceSeconds: 600, start: 'present' },
    })
    expect(scenario.faults).toEqual({
      outages: { ratePerSecond: 0.1, meanSeconds: 5, blockBits: 1e6 },
      stragglers: { plugin: 'pareto', label: 'pareto', options: { shape: 2.5, normalise: 'mean' } },
      servers: { meanTimeBetweenFailuresSeconds: 9, meanRepairSeconds: 8, work: 'lost' },
    })
    expect(scenario.round).toEqual({ deadlineSeconds: null })
  })
})
