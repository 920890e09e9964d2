import { describe, expect, test } from 'vitest'
import { compile, parseScenario } from '../../core/index.js'
import { inBytes, lackOfMemory, memoryThereIs } from '../../core/memory.js'
import { checkSizes } from '../../core/scenario/checks/size-checks.js'
import { builtInPlugins } from '../../plugins/index.js'
import { problemsOf } from './support.js'

const most = Number.MAX_SAFE_INTEGER
const problems = (text: string) => problemsOf(text, { registry: builtInPlugins })
const tooMuch = /would take [\d.e+]+ ([KMGTPE]iB|bytes), and there are [\d.]+ GiB; expected a smaller number$/

describe('counts that no machine holds are refused before anything is made:', () => {
  const interfere = 'constraints: { onViolation: interfere }\n'
  test.each([
    ['network: { servers: { count: 4294967296 } }', 'network.servers.count'],
    ['network: { channels: { count: 100000000 } }', 'network.channels.count'],
    [`network: { channels: { count: ${most} } }`, 'network.channels.count'],
    [`${interfere}network: { clients: { count: ${most} } }`, 'network.clients.count'],
    ['network: { servers: { count: 2147483648, placement: grid } }', 'network.servers.count'],
    [`training: { validationRounds: ${most} }`, 'training.validationRounds'],
    [`learning: { passes: ${most} }`, 'learning.passes'],
    [`learning: { batchSize: 1 }\nworkload: { samplesPerRound: ${most} }`, 'workload.samplesPerRound'],
    [`learning: {}\nworkload: { samplesPerRound: { uniform: [1, ${most}] } }`, 'workload.samplesPerRound'],
    [`schedulers: [{ plugin: d3qn, options: { replay: ${most} } }]`, 'schedulers[0].options.replay'],
    ['schedulers: [{ plugin: d3qn, options: { hidden: [1.0e+300] } }]', 'schedulers[0].options.hidden'],
    ...['samples', 'testSamples', 'classes', 'features'].map((option): [string, string] => [
      `learning: { dataset: { plugin: synthetic-classification, options: { ${option}: ${most} } } }`,
      `learning.dataset.options.${option}`,
    ]),
    ...['segments', 'testSegments', 'frames', 'size'].map((option): [string, string] => [
      `learning: { dataset: { plugin: synthetic-intention, options: { ${option}: ${most} } } }`,
      `learning.dataset.options.${option}`,
    ]),
    [
      `learning: { model: { plugin: resnet-small, options: { blocks: ${most} } } }`,
      'learning.model.options.blocks',
    ],
  ])('%s', async (text, key) => {
    const found = await problems(text)
    expect(found[0]).toContain(` ${key}: `)
    expect(found[0]).toMatch(tooMuch)
  })
})

test('what is too large and what is wrong are told together', async () => {
  const found = await problems('sead: 1\nnetwork: { servers: { count: 4294967296 } }\nschedulers: [gredy]')
  expect(found).toHaveLength(3)
})

test.each([
  '{ plugin: mlp, options: { hidden: [1.0e+300] } }',
  '{ plugin: mlp, options: { hidden: [900000000] } }',
])('a model that no machine holds is refused before a weight is drawn: %s', async (model) => {
  const text = `learning: { protocol: federated, model: ${model}, dataset: synthetic-classification }`
  const loaded = await parseScenario(text, { registry: builtInPlugins })
  await expect(compile(loaded, builtInPlugins)).rejects.toThrow(
    /^scenario\.yaml:1:41: learning\.model: .* would take .*, and there are .* GiB; expected a smaller model$/,
  )
})

test('the network of a hundred servers, a thousand clients and a hundred channels is none of them', () => {
  const counts: Record<string, number> = {
    'network.clients.count': 1000,
    'network.servers.count': 100,
    'network.channels.count': 100,
  }
  const sizes = (thereIs: number) =>
    checkSizes(
      (key) => counts[key],
      () => true,
      thereIs,
    )
  // Ten million gains of 8 bytes, in four copies.
  expect(sizes(320e6)).toEqual([])
  expect(sizes(319e6)).toEqual([
    {
      path: ['network', 'clients', 'count'],
      message:
        'the gains of 1000 clients, 100 servers and 100 channels would take 305 MiB, and there are 304 MiB; expected a smaller number',
    },
  ])
})

test('what fits one piece of memory is told by that, and slots by their numbers', () => {
  const check = (clients: number, servers: number, channels: number) =>
    checkSizes(
      (key) => ({ clients, servers, channels })[key.split('.')[1]],
      () => true,
      Infinity,
    )
  expect(check(1, 2 ** 15, 2 ** 14)).toEqual([])
  expect(check(1, 2 ** 15, 2 ** 15)[0].message).toContain(
    'in one piece would take 8 GiB, and there are 4 GiB',
  )
  expect(check(1, 2 ** 16, 2 ** 16)[0].path).toEqual(['network', 'servers', 'count'])
})

test('bytes are told in the largest unit that they fill', () => {
  expect([1, 1023, 1024, 1.5 * 2 ** 30, 2 ** 69, 2 ** 80].map(inBytes)).toEqual([
    '1 bytes',
    '1023 bytes',
    '1 KiB',
    '1.5 GiB',
    '512 EiB',
    '1.2e+24 bytes',
  ])
  expect(lackOfMemory({ what: 'it', bytes: Infinity })).toMatch(
    /^it would take more memory than can be counted/,
  )
  expect(lackOfMemory({ what: 'it', bytes: memoryThereIs() })).toBeUndefined()
})

test.each([
  '{ lognormal: { sigma: 1 } }',
  '{ normal: 3 }',
  '{ uniform: x }',
  '{ times: 2 }',
  '{ choice: [[1]] }',
])('a law that is wrong inside is told as that: samplesPerRound: %s', async (law) => {
  const found = await problems(`learning: {}\nworkload: { samplesPerRound: ${law} }`)
  expect(found).toEqual([expect.stringContaining(' workload.samplesPerRound')])
})
