import { expect, test } from 'vitest'
import { problemsOf as problemsOfSuite } from '../suite/support.js'
import { problemsOf } from './support.js'

const expected =
  'expected a text with something to be seen in it, without line breaks, control characters and changes of direction'

test.each([
  ['"a\\nb"', '"a\\nb"'],
  ['"safe\\u202elive"', '"safe\\u202elive"'],
  ['"\\u2066b"', '"\\u2066b"'],
  ['"\\e[2K"', '"\\u001b[2K"'],
  ['"\\u200b"', '"\\u200b"'],
])(
  'a label of %s is refused where it is written, and shown so that it can be seen',
  async (written, shown) => {
    const lines = ['rounds: 3', 'schedulers:', '  - greedy', `  - { plugin: greedy, label: ${written} }`]
    expect(await problemsOf(lines.join('\n'))).toEqual([
      `scenario.yaml:4:30: schedulers[1].label: ${expected}, found ${shown}`,
    ])
  },
)

test('so are those of a suite, of schedulers as of scenarios', async () => {
  const problems = await problemsOfSuite(`scenarios: [{ scenario: small.yaml, label: "a\\u202eb" }]
schedulers: [greedy, { plugin: random, label: "a\\nb" }]`)
  expect(problems).toEqual([
    `suite.yaml:1:44: scenarios[0].label: ${expected}, found "a\\u202eb"`,
    `suite.yaml:2:47: schedulers[1].label: ${expected}, found "a\\nb"`,
  ])
})

test('a name turns no direction', async () => {
  const [problem] = await problemsOf('rounds: 3\nname: "a\\u202eb"')
  expect(problem).toMatch(/^scenario.yaml:2:7: name: expected a name .*/)
  expect(problem).toMatch(/found "a\\u202eb"$/)
})
