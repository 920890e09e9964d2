import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { UserError } from '../../core/errors.js'
import { parseScenario } from '../../core/index.js'
import { asNode, type SchemaNode } from '../../core/scenario/schema/annotations.js'
import { scenarioFileSchema } from '../../core/scenario/schema/schema.js'
import { registry } from './support.js'

/** Loads, and returns the problems if there are any; anything but a `UserError` fails the test. */
async function outcome(text: string, overrides: string[] = []) {
  try {
    return { loaded: await parseScenario(text, { registry, overrides }), problems: [] }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { problems: error.problems }
  }
}

/** All keys that the schema and the plugins know. */
function knownKeys(schema: SchemaNode): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [key, ...knownKeys(inner)])
}

const keys = [
  ...knownKeys(asNode(scenarioFileSchema)).filter((key) => key !== 'extends' && key !== 'plugins'),
  ...[
    'plugin',
    'label',
    'options',
    'start',
    'uniform',
    'normal',
    'mean',
    'sd',
    'choice',
    'times',
    '',
    '0',
    '~/',
  ],
]
const leaf = fc.oneof(
  fc.constantFrom(
    'greedy',
    'swap-matching',
    'trace',
    'x',
    '',
    '.nan',
    'yes',
    'null',
    ' ',
    '&a',
    '*a',
    '!t',
    '|',
    '\t',
  ),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
  ),
}))

test('whatever values stand in a file, it loads or every problem has its line and column', async () => {
  const section = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 6 })
  const scenario = fc.dictionary(fc.constantFrom(...Object.keys(scenarioFileSchema.properties), 'x'), section)
  await fc.assert(
    fc.asyncProperty(scenario, async ({ extends: _, plugins: __, ...given }) => {
      const { problems } = await outcome(stringify(given))
      for (const { place, message } of problems) {
        expect([place?.line, place?.column].every((at) => Number.isInteger(at) && Number(at) > 0)).toBe(true)
        expect(message).not.toMatch(/undefined|\[object|\n/)
      }
    }),
    { numRuns: 100 },
  )
})

/** The paths of all keys of the scenario's own. */
function knownPaths(schema: SchemaNode, path: readonly string[] = []): string[][] {
  return [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((form) =>
    Object.entries(form.properties ?? {}).flatMap(([key, inner]) => [
      [...path, key],
      ...knownPaths(inner, [...path, key]),
    ]),
  )
}

test.each([
  ['a mapping without sense', { name: false }],
  ['a mapping whose keys every object has', { toString: 1 }],
  ['a list of mappings', [{ plugin: 1 }]],
  ['a name that every object has', 'toString'],
])('%s at any key is refused or taken, beside what bears on it', async (_, odd) => {
  const whole = {
    dynamics: 'dynamic',
    protocol: 'asynchronous',
    learning: { protocol: 'federated' },
    decisions: { payload: ['fp16'], cut: [1] },
    twin: {},
    schedulers: ['greedy'],
  }
  const paths = knownPaths(asNode(scenarioFileSchema)).filter(
    ([key]) => key !== 'extends' && key !== 'plugins',
  )
  expect(paths.length).toBeGreaterThan(150)
  for (const path of paths) {
    const scenario: Record<string, unknown> = structuredClone(whole)
    let inner = scenario
    for (const step of path.slice(0, -1)) {
      const held = inner[step]
      const next = typeof held === 'object' && held !== null && !Array.isArray(held) ? held : {}
      inner[step] = next
      inner = next as Record<string, unknown>
    }
    inner[path.at(-1) as string] = odd
    for (const { message } of (await outcome(stringify(scenario))).problems)
      expect(message, path.join('.')).not.toMatch(/undefined|\[object|function|\n/)
  }
})

test('whatever is typed into a file, it loads or is refused', async () => {
  const text = `name: &n fuzz # a comment
network:
  clients: { count: 16, powerDbm: [${Array(16).fill(23)}] }
  propagation: { plugin: log-distance, options: { slopeDb: 40 } }
schedulers:
  - greedy
  - { plugin: swap-matching, label: *n, options: { start: greedy } }
`
  const typed = fc.array(
    fc.tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.oneof(fc.constantFrom(...'{}[]:,&*#?|-!%@`\'"\t\n \u0000\u2028'), fc.string({ maxLength: 3 })),
    ),
    { minLength: 1, maxLength: 4 },
  )
  expect((await outcome(text)).problems).toEqual([])
  await fc.assert(
    fc.asyncProperty(typed, async (edits) => {
      const edited = edits.reduce(
        (now, [at, cut, insert]) => now.slice(0, at) + insert + now.slice(at + cut),
        text,
      )
      await outcome(edited)
    }),
    { numRuns: 200 },
  )
})

test('whatever is set, it holds or is refused', async () => {
  const path = fc
    .array(
      fc.oneof(
        fc.constantFrom(...keys, 'network', 'clients', 'schedulers', '1'),
        fc.string({ maxLength: 3 }),
      ),
      {
        maxLength: 4,
      },
    )
    .map((steps) => steps.join('.'))
    .filter((written) => !written.startsWith('plugins'))
  await fc.assert(
    fc.asyncProperty(path, value, async (where, what) => {
      await outcome('schedulers: [greedy, swap-matching]', [`${where}=${JSON.stringify(what)}`])
    }),
    { numRuns: 100 },
  )
})
