import { expect, test } from 'vitest'
import { definePlugin, SITS_OUT, Type } from '../../core/plugin/index.js'
import { experimentOf, recordsOf } from './experiments.js'

// Of what a run makes again and again with nothing to show for it, so much is enough.

const network = `rounds: 4
dynamics: dynamic
network: { clients: { count: 5 }, servers: { count: 2 }, channels: { count: 3 } }
`
const short = 'churn: { plugin: poisson, options: { meanStaySeconds: 1e-4, meanAbsenceSeconds: 1e-4 } }\n'
const asking = 'protocol: { plugin: asynchronous, options: { decideAt: asking } }\n'

const never = definePlugin({
  kind: 'scheduler',
  name: 'never',
  summary: 'for tests',
  tier: 'counts',
  decidesAt: ['round', 'ask'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({ decide: ({ parameters }) => new Int32Array(parameters.clients).fill(SITS_OUT) }),
})

/** Gives everybody a slot of its own, and a time in which nobody can be done. */
const hasty = definePlugin({
  kind: 'scheduler',
  name: 'hasty',
  summary: 'for tests',
  tier: 'counts',
  decides: ['slot', 'deadline'],
  decidesAt: ['round', 'ask'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    decide: () => ({ assignment: Int32Array.of(0, 1, 2, 3, 4), deadlineSeconds: 1e-6 }),
  }),
})

test.each([
  [
    'turns that deadlines break off',
    'decisions: { deadline: {} }\nprotocol: asynchronous\nschedulers: [hasty]\n',
    /^decisions.deadline: no update came of 100000 turns .*deadlines passed.*expected longer deadlines/,
  ],
  [
    'turns that clients leave, under asynchronous',
    `${short}protocol: asynchronous\nschedulers: [random]\n`,
    /^churn: no update came of 100000 turns from 0 s to .* s, since clients left in the midst of turns \(client \d \d+ times\).*expected clients that stay longer/,
  ],
  [
    'turns that clients leave, under fedcompass',
    `${short}protocol: fedcompass\nschedulers: [random]\n`,
    /^churn: no update came of 100000 turns .*clients left/,
  ],
  [
    'those of clients that ask for each',
    `${short}${asking}schedulers: [random]\n`,
    /^churn: no update came of 20000 decisions of random .*clients left in the midst of turns \(client \d/,
  ],
  [
    'a scheduler that gives nobody a slot',
    `churn: { plugin: poisson, options: { meanStaySeconds: 10, meanAbsenceSeconds: 1 } }\n${asking}schedulers: [never]\n`,
    /^schedulers: no update came of 20000 decisions of never .*gave client \d no slot \d+ times that it waited/,
  ],
])('the run ends that makes but %s, in words that say so', async (_, text, said) => {
  const experiment = await experimentOf(network + text, [never, hasty])
  await expect(experiment.run()).rejects.toThrow(said)
})

test('where one turn in a thousand comes to something, rows are made', async () => {
  // Computing takes 6.9 mean stays, ln 1000, and all else nothing.
  const text = `rounds: 20
dynamics: dynamic
network: { clients: { count: 3, flops: 1e11 }, servers: { count: 1 }, channels: { count: 3 } }
workload: { headFlopsPerSample: 1e9, bodyFlopsPerSample: 0, uplinkBitsPerSample: 0, downlinkBitsPerSample: 0 }
churn: { plugin: poisson, options: { meanStaySeconds: 0.1855, meanAbsenceSeconds: 0.1 } }
protocol: asynchronous
schedulers: [random]
`
  expect(await recordsOf(text)).toHaveLength(20)
})
