import { expect, test } from 'vitest'
import { answerTo, directoryWith, pluginFiles } from './cotwin.js'

/** A plugin that says what it is for, and decides by these statements. */
function filesOf(decide: string): Record<string, string> {
  const files = pluginFiles(decide)
  return { ...files, 'mine.mjs': files['mine.mjs'].replace('for tests', 'slots in turn, for tests') }
}

const inTurn = `
  let slot = 0
  const slots = view.parameters.servers * view.parameters.channels
  return Int32Array.from(view.active, (there) => (there && slot < slots ? slot++ : -1))`

test('a plugin that keeps its promises: a table, and 0', async () => {
  const directory = directoryWith(filesOf(inTurn))
  const { stdout, code } = await answerTo(['check-plugin', 'mine.mjs'], directory)
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toBe('mine, scheduler')
  for (const line of lines.slice(1, -1)) expect(line).toMatch(/^passed {2}\S/)
  expect(lines[lines.length - 1]).toMatch(/^\d+ kept$/)
  expect(code).toBe(0)
})

test('one that does not: what, where, and 2; the same as JSON', async () => {
  const directory = directoryWith(filesOf('return new Int32Array(view.parameters.clients)'))
  const [text, json] = await Promise.all([
    answerTo(['check-plugin', 'mine.mjs'], directory),
    answerTo(['check-plugin', 'mine.mjs', '--json'], directory),
  ])
  expect(text.stdout).toMatch(/^FAILED {2}gives every client that takes part a slot of its own/m)
  expect(text.stdout).toMatch(/client 1: server 0, channel 0 is already taken by client 0 \(C5\)/)
  expect([text.code, json.code]).toEqual([2, 2])
  const told = JSON.parse(json.stdout)
  expect(told).toMatchObject({ kind: 'scheduler', name: 'mine', ok: false })
  expect(told.checks).toContainEqual(expect.objectContaining({ outcome: 'failed' }))
})

test.each([
  ['a file that is not there', ['check-plugin', 'mien.mjs'], /^mien\.mjs: .*did you mean/],
  [
    'an option that it does not have',
    ['check-plugin', 'mine.mjs', '--options', '{depth: 3}'],
    /^--options:1:2: options: unknown key "depth"/,
  ],
  [
    'options that are no mapping',
    ['check-plugin', 'mine.mjs', '--options', '[1]'],
    /^--options: expected a mapping/,
  ],
  [
    'a size that is none',
    ['check-plugin', 'mine.mjs', '--size', '4x2'],
    /Expected clients, servers and channels, e\.g\. 16x4x10\./,
  ],
  ['what is no plugin', ['check-plugin', 'mine.yaml'], /mine\.yaml/],
])('%s is told in a line, and 2', async (_, words, message) => {
  const { stderr, stdout, code } = await answerTo(words, directoryWith(filesOf(inTurn)))
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/ at /)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})
