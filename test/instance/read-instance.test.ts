import { describe, expect, test } from 'vitest'
import { formatProblem, UserError } from '../../core/errors.js'
import { readInstance, readInstanceAndAssignment } from '../../core/instance/read-instance.js'
import { builtInPlugins as registry } from '../../plugins/index.js'
import { pairInstance } from './instances.js'

const source = (name: string, text: string) => ({ name, directory: '/', text })
const good = JSON.stringify(pairInstance)

function problems(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(formatProblem)
  }
}

const ofInstance = (changes: object) =>
  problems(() => readInstance(source('i', JSON.stringify({ ...pairInstance, ...changes })), registry)).map(
    (problem) => problem.replace(/^i:\d+:\d+: /, ''),
  )

const ofAssignment = (assignment: unknown) =>
  problems(() =>
    readInstanceAndAssignment(source('i', good), source('a', JSON.stringify(assignment)), registry),
  )

describe('an instance', () => {
  test('is read as it stands: gains by client, server and channel', () => {
    const { uplinkGain, downlinkGain, meanGain } = readInstance(source('i', good), registry)
    expect([...uplinkGain]).toEqual([9, 2, 2, 9, 3, 0, 0, 3])
    expect([...downlinkGain]).toEqual([14, 1.5, 1.5, 2, 3.5, 0, 0, 3.5])
    expect([...meanGain]).toEqual([6, 1, 1, 6])
  })

  test('every wrong length is told, against the number that most lists agree on', () => {
    const { client, server, uplinkGain } = pairInstance
    expect(
      ofInstance({
        client: { ...client, samples: [4] },
        server: { ...server, powerW: [1, 2, 3] },
        uplinkGain: [[[9, 3], [2]], [uplinkGain[1][0]]],
        downlinkGain: [],
      }),
    ).toEqual([
      'client.samples: expected a list of 2 numbers of at least 0, found [4]',
      'server.powerW: expected a list of 2 numbers above 0, found [1,2,3]',
      'uplinkGain[0][1]: expected a list of 2, one for each of the channels, found [2]',
      'uplinkGain[1]: expected a list of 2, one for each of the servers, found [[2,0]]',
      'downlinkGain: expected a list of 2, one for each of the servers, found []',
    ])
  })

  test('every value out of range is told, NaN that became null too', () => {
    const { client, downlinkGain } = pairInstance
    expect(
      ofInstance({
        servers: 2.5,
        noiseW: 0,
        client: { ...client, powerW: [-1, Number.NaN] },
        downlinkGain: [[[1, -1], downlinkGain[0][1]], downlinkGain[1]],
      }),
    ).toEqual([
      'servers: expected a whole number of at least 1, found 2.5',
      'noiseW: expected a number above 0 (W), found 0',
      'client.powerW[0]: expected a number above 0 (W), found -1',
      'client.powerW[1]: expected a number above 0 (W), found nothing',
      'downlinkGain[0][0][1]: expected a number of at least 0 (linear power gain), found -1',
    ])
  })

  test('a processor of no speed may have nothing to compute', () => {
    const client = { ...pairInstance.client, flops: [0, 4] }
    expect(ofInstance({ client })).toEqual(['client.flops[0]: expected a number above 0 (FLOP/s), found 0'])
    expect(ofInstance({ client, load: { ...pairInstance.load, headFlops: 0 } })).toEqual([])
  })

  test('keys that are missing or unknown are told', () => {
    const { bandwidthHz, load, ...rest } = pairInstance
    const text = JSON.stringify({ ...rest, bandwithHz: bandwidthHz })
    expect(problems(() => readInstance(source('i', text), registry))).toEqual([
      'i:1:1: missing key "load"; expected a mapping with headFlops, bodyFlops, uplinkBits or downlinkBits',
      expect.stringMatching(/^i:1:\d+: unknown key "bandwithHz" \(did you mean "bandwidthHz"\?\)$/),
    ])
  })

  test('of very many problems the first fifty are told', () => {
    const list = Array(60).fill(-1)
    const found = ofInstance({ client: { powerW: list, samples: list, flops: list, joulesPerSample: list } })
    expect([found.length, found.at(-1)]).toEqual([51, expect.stringMatching(/^and \d+ more$/)])
  })
})

describe('an assignment', () => {
  test('has a server and a channel for each client, or neither', () => {
    expect(ofAssignment({ server: [0, -1], channel: [-1, 1] })).toEqual([
      'a:1:14: server[1]: expected a server, for the client has a channel; found -1 (both are -1 for one that sits out)',
      'a:1:29: channel[0]: expected a channel, for the client has a server; found -1 (both are -1 for one that sits out)',
    ])
    expect(ofAssignment({ server: [0, -1], channel: [1, -1] })).toEqual([])
  })

  test('stays within the network', () => {
    expect(ofAssignment({ server: [2, -2], channel: [0.5, 0], chanel: [] })).toEqual([
      'a:1:12: server[0]: expected a whole number from -1 to 1, found 2',
      'a:1:14: server[1]: expected a whole number from -1 to 1, found -2',
      'a:1:29: channel[0]: expected a whole number from -1 to 1, found 0.5',
      'a:1:36: unknown key "chanel" (did you mean "channel"?)',
    ])
    expect(ofAssignment([0, 1])).toEqual(['a:1:1: expected a mapping with server or channel, found [0,1]'])
  })
})

describe('JSON', () => {
  const syntax = (text: string) => problems(() => readInstance(source('i', text), registry))

  test('is read strictly', () => {
    expect(syntax('{\n  "servers": 2,\n}')).toEqual([
      'i:3:1: this is not valid JSON: expected double-quoted property name',
    ])
    expect(syntax('{ "servers": 2')).toEqual([expect.stringMatching(/^i:1:15: this is not valid JSON: /)])
    expect(syntax('')).toEqual(['i:1:1: this is not valid JSON: it ends too early'])
    for (const line of syntax('rounds: 5\nschedulers: [greedy]\n')) expect(line).not.toMatch(/\n|schedulers/)
  })

  test('has no NaN and no Infinity: each is told', () => {
    expect(syntax('{ "noiseW": NaN,\n  "name": "NaN", "bandwidthHz": -Infinity }')).toEqual([
      'i:1:13: NaN is not JSON; expected a finite number',
      'i:2:33: -Infinity is not JSON; expected a finite number',
    ])
  })

  test('has each key once', () => {
    const twice = good.replace('{', '{"noiseW":2,')
    expect(syntax(twice)).toEqual([
      expect.stringMatching(/^i:1:\d+: the key "noiseW" stands here a second time$/),
    ])
  })
})
