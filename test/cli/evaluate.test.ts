import { describe, expect, test } from 'vitest'
import { pairInstance } from '../instance/instances.js'
import { cotwin, directoryWith } from './cotwin.js'

const cwd = directoryWith({
  'instance.json': JSON.stringify(pairInstance),
  'bad.json': JSON.stringify({ ...pairInstance, bandwidthHz: -1 }),
  'assignment.json': '{ "server": [0, 1], "channel": [0, 0] }',
  'bad-assignment.json': '{ "server": [0, 2], "channel": [0, 0] }',
})

describe.concurrent('evaluate', () => {
  test('an assignment, from files or standard input', async () => {
    const { stdout, stderr, code } = await cotwin(['evaluate', 'instance.json', 'assignment.json'], cwd)
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ time: 6.5, energy: 7, cost: 5 })
    const piped = await cotwin(
      ['evaluate', '-', 'assignment.json', '--json'],
      cwd,
      JSON.stringify(pairInstance),
    )
    expect(piped.stdout).toBe(stdout)
  })

  test('null for clients that sit out', async () => {
    const alone = '{ "server": [0, -1], "channel": [1, -1] }'
    const { stdout } = await cotwin(['evaluate', 'instance.json', '-'], cwd, alone)
    expect(Object.values(JSON.parse(stdout).clients[1])).toEqual(Array(10).fill(null))
  })

  test('says so where clients share a slot', async () => {
    const shared = '{ "server": [0, 0], "channel": [1, 1] }'
    const { stdout, stderr, code } = await cotwin(['evaluate', 'instance.json', '-'], cwd, shared)
    expect([code, stderr]).toEqual([0, 'client 1: server 0, channel 1 is already taken by client 0 (C5)\n'])
    expect(JSON.parse(stdout).violations).toMatchObject([{ kind: 'C5', client: 1 }])
  })

  test('a scheduler in place of the assignment, which the answer adds', async () => {
    const words = [
      'evaluate',
      'instance.json',
      '--scheduler',
      'greedy',
      '--options',
      '{order: hardest-first}',
    ]
    const { stdout, code } = await cotwin(words, cwd)
    expect(code).toBe(0)
    const { assignment, ...answer } = JSON.parse(stdout)
    const again = await cotwin(['evaluate', 'instance.json', '-'], cwd, JSON.stringify(assignment))
    expect(JSON.parse(again.stdout)).toEqual(answer)
  })

  test.each([
    [
      'evaluate bad.json bad-assignment.json',
      [
        'bad.json:1:41: bandwidthHz: expected a number above 0 (Hz), found -1',
        'bad-assignment.json:1:17: server[1]: expected a whole number from -1 to 1, found 2',
      ],
    ],
    ['evaluate instance.json', ['expected an assignment or --scheduler, and not both']],
    ['evaluate - -', ['instance and assignment cannot both come from standard input']],
    [
      'evaluate instanc.json assignment.json',
      ['instanc.json: there is no such file (did you mean "instance.json"?)'],
    ],
    [
      'evaluate instance.json --scheduler greedy --options {ordr:1}',
      ['--options:1:2: options: unknown key "ordr:1"; expected order or utility'],
    ],
  ])('%s', async (words, problems) => {
    const { stdout, stderr, code } = await cotwin(words.split(' '), cwd)
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([2, '', problems])
  })
})
