import { describe, expect, test } from 'vitest'
import { pairInstance } from '../instance/instances.js'
import { answerTo, cotwin, directoryWith } from './cotwin.js'

const cwd = directoryWith({
  'instance.json': JSON.stringify(pairInstance),
  'bad.json': JSON.stringify({ ...pairInstance, bandwidthHz: -1 }),
  'assignment.json': '{ "server": [0, 1], "channel": [0, 0] }',
  'bad-assignment.json': '{ "server": [0, 2], "channel": [0, 0] }',
})

/** Two clients of 10 mW that share one slot of 1 MHz. */
const sharedInstance = {
  servers: 1,
  channels: 1,
  access: 'fdma',
  bandwidthHz: 1e6,
  noiseWPerHz: 1e-20,
  weights: { latency: 0.5, energy: 0.5 },
  client: {
    powerW: [0.01, 0.01],
    samples: [0, 0],
    flops: [0, 0],
    joulesPerSample: [0, 0],
    bitsPerRound: { uplink: [28100, 28100], downlink: [0, 0] },
    cycles: [1e7, 2e7],
    clockHz: [1e9, 1e9],
    switchedCapacitance: [1e-28, 1e-28],
    unservedCost: 3,
  },
  server: { powerW: [1], flops: [0] },
  load: { headFlops: 0, bodyFlops: 0, uplinkBits: 0, downlinkBits: 0 },
  uplinkGain: [[[1e-9]], [[3e-10]]],
  downlinkGain: [[[1e-9], [3e-10]]],
}
const joint = directoryWith({
  'instance.json': JSON.stringify(sharedInstance),
  'slots.json': '{"server":[0,0],"channel":[0,0]}',
  'wrong.json': '{"server":[0,0],"channel":[0,0],"share":[0.7,0.4],"powerW":[null,1],"clockHz":[2e9,null]}',
  'shares.json': '{"server":[0,0],"channel":[0,0],"share":[0.7,0.4]}',
  'edge.json': '{"server":[0,0],"channel":[0,0],"share":[0.5,0.4],"edgeShare":[0.5,null]}',
  'nobody.json': '{"server":[-1,-1],"channel":[-1,-1]}',
})

describe.concurrent('evaluate a joint decision', () => {
  test('allocators fill in what is open, and the answer is a decision again', async () => {
    const words = [
      'evaluate',
      'instance.json',
      'slots.json',
      '--allocate',
      'fdma-minimum-energy',
      '--deadline',
      '0.2',
    ]
    const { stdout, stderr, code } = await answerTo(words, joint)
    expect([code, stderr]).toEqual([0, ''])
    const { assignment, ...answer } = JSON.parse(stdout)
    expect(answer.time).toBeCloseTo(0.2, 9)
    expect(answer.clients[0]).toMatchObject({ powerW: assignment.powerW[0], share: assignment.share[0] })
    const again = await cotwin(['evaluate', 'instance.json', '-'], joint, JSON.stringify(assignment))
    expect(JSON.parse(again.stdout)).toEqual(answer)
  })

  test('nobody served costs what clients are worth', async () => {
    const { stdout } = await answerTo(['evaluate', 'instance.json', 'nobody.json'], joint)
    expect(JSON.parse(stdout)).toMatchObject({ time: 0, energy: 0, cost: 6 })
  })

  test.each([
    [
      'evaluate instance.json wrong.json',
      [
        "wrong.json:1:66: powerW[1]: client 1: 1 W is above 0.01 W, the client's power",
        "wrong.json:1:80: clockHz[0]: client 0: 2000000000 Hz is above 1000000000 Hz, the client's clock",
      ],
    ],
    [
      'evaluate instance.json shares.json',
      [
        'shares.json:1:46: share[1]: client 1: server 0, channel 0: the shares of clients 0, 1 sum to 1.1, more than 1',
      ],
    ],
    [
      'evaluate instance.json edge.json',
      [
        'edge.json:1:68: edgeShare[1]: client 1: expected a share, for others have one; found null (null for all: all wait for all)',
      ],
    ],
    [
      'evaluate instance.json slots.json',
      [
        'slots.json:1:14: server[1]: client 1: server 0, channel 0: the shares of clients 0, 1 sum to 2, more than 1',
      ],
    ],
    [
      'evaluate instance.json slots.json --allocate fdma-minimum-energy',
      [
        'allocator "fdma-minimum-energy": it needs a deadline; expected options.deadlineSeconds, one that is decided (decisions.deadline), or --deadline SECONDS of cotwin evaluate',
      ],
    ],
    [
      'evaluate instance.json slots.json --deadline 1',
      ['--deadline is for allocators; expected --allocate beside it'],
    ],
  ])('%s', async (words, problems) => {
    const { stdout, stderr, code } = await answerTo(words.split(' '), joint)
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([2, '', problems])
  })
})

describe.concurrent('evaluate', () => {
  test('an assignment, from files or standard input', async () => {
    const { stdout, stderr, code } = await answerTo(['evaluate', 'instance.json', 'assignment.json'], cwd)
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
    const { stdout, code } = await answerTo(words, cwd)
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
    const { stdout, stderr, code } = await answerTo(words.split(' '), cwd)
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([2, '', problems])
  })
})
