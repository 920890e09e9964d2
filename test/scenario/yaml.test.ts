import { expect, test } from 'vitest'
import { problemsOf, scenarioOf } from './support.js'

test.each([
  [
    'a duplicate key',
    'rounds: 1\nseed: 2\nrounds: 3',
    ['scenario.yaml:3:1: the key "rounds" stands here a second time'],
  ],
  [
    'a tab',
    'network:\n\tclients: { count: 3 }',
    ['scenario.yaml:2:1: lines are indented with spaces in YAML; this one has a tab'],
  ],
  [
    'two documents',
    'rounds: 1\n---\nrounds: 2',
    ['scenario.yaml:2:1: a scenario is one YAML document; a second one starts here'],
  ],
  [
    'an empty file',
    '',
    ['scenario.yaml:1:1: this file is empty; expected keys such as network and schedulers'],
  ],
  [
    'a file of comments',
    '# rounds: 1\n',
    ['scenario.yaml:1:1: this file is empty; expected keys such as network and schedulers'],
  ],
  ['a list', '- rounds', ['scenario.yaml:1:1: expected keys such as network and schedulers, found a list']],
  ['plain text', 'hello', ['scenario.yaml:1:1: expected keys such as network and schedulers, found a text']],
  [
    'an open bracket',
    'name: x\nschedulers: [greedy\nseed: 1',
    [expect.stringMatching(/^scenario\.yaml:3:\d+: this is not valid YAML: /)],
  ],
  ['an unknown tag', 'rounds: !!sum 3', [expect.stringMatching(/^scenario\.yaml:1:9: .*tag/)]],
  ['a key that is no text', '? [a]\n: 3', ['scenario.yaml:1:1: a key of this mapping is not plain text']],
  ['an alias without anchor', 'seed: *x', ['scenario.yaml:1:7: the alias *x has no anchor &x before it']],
  ['an alias of itself', 'schedulers: &s [*s]', ['scenario.yaml:1:17: the alias *s contains itself']],
  ['absurd nesting', '['.repeat(20_000), ['scenario.yaml:1:1: this YAML is nested too deeply to read']],
  [
    'absurd nesting of mappings',
    '{a: '.repeat(20_000),
    ['scenario.yaml:1:1: this YAML is nested too deeply to read'],
  ],
])('%s is a problem at its place', async (_, text, problems) => {
  expect(await problemsOf(text)).toEqual(problems)
})

test('every syntax error is reported', async () => {
  const problems = await problemsOf('rounds: 1\nrounds: 2\nseed: 1\nseed: 2')
  expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
    'scenario.yaml:2:1',
    'scenario.yaml:4:1',
  ])
})

test('anchors that explode are refused without expanding them', async () => {
  const layers = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  const laughs = layers.map((name, index) => {
    const below = `*${String.fromCharCode(name.charCodeAt(0) - 1)}`
    return `${name}: &${name} [${Array(10).fill(below).join(', ')}]${index ? '' : ' # each line holds ten of the last'}`
  })
  const problems = await problemsOf(['a: &a [lol, lol, lol]', ...laughs].join('\n'))
  expect(problems).toEqual([
    expect.stringMatching(
      /^scenario\.yaml:\d+:\d+: the alias \*\w takes the file beyond 100,000 repeated values$/,
    ),
  ])
})

test('aliases stand for what their anchor holds', async () => {
  const { network } = await scenarioOf(
    'network: { clients: { flops: &flops 2e12 }, servers: { flops: *flops, powerDbm: &power 30 }, channels: {} }',
  )
  expect([network.clients.flops, network.servers.flops]).toEqual([2e12, 2e12])
})

test('a problem within an alias stands where the alias is used', async () => {
  const problems = await problemsOf('network:\n  area: &area { widthM: 3, heightM: 4 }\n  channels: *area')
  expect(problems.map((problem) => problem.slice(0, 47))).toEqual([
    'scenario.yaml:3:13: network.channels: unknown k',
    'scenario.yaml:3:13: network.channels: unknown k',
  ])
})

test('numbers are those of YAML 1.2', async () => {
  const { network } = await scenarioOf(
    'network: { channels: { bandwidthHz: 4e6, count: 0x10 }, area: { widthM: 1.5e+2 } }',
  )
  expect([network.channels, network.area.widthM]).toEqual([
    { bandwidthHz: 4e6, count: 16, noiseDbm: -114, noiseFigureDb: null },
    150,
  ])
})

test.each([
  ['yes', 'network.reciprocal: expected true or false, found "yes"'],
  ['on', 'network.reciprocal: expected true or false, found "on"'],
  ['1', 'network.reciprocal: expected true or false, found 1'],
  ['"true"', 'network.reciprocal: expected true or false, found "true"'],
  ['', 'network.reciprocal: expected true or false, found nothing'],
])('%s is not a truth value', async (written, message) => {
  expect(await problemsOf(`network: { reciprocal: ${written} }`)).toEqual([expect.stringContaining(message)])
})

test.each([
  ['.nan', '.nan'],
  ['.inf', '.inf'],
  ['-.inf', '-.inf'],
  ['"600"', '"600"'],
  ['1_000', '"1_000"'],
  ['600 m', '"600 m"'],
  ['1/3', '"1/3"'],
])('%s is not a number', async (written, found) => {
  expect(await problemsOf(`network:\n  area:\n    widthM: ${written}`)).toEqual([
    `scenario.yaml:3:13: network.area.widthM: expected a number above 0 (m), found ${found}`,
  ])
})

test('a name such as __proto__ is a key like any other', async () => {
  expect(await problemsOf('__proto__: { rounds: 3 }')).toEqual([
    expect.stringContaining('scenario.yaml:1:1: unknown key "__proto__"'),
  ])
})
