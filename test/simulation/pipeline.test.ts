import { describe, expect, test } from 'vitest'
import { experimentOf, observed, recordsOf } from './experiments.js'

/** Each client alone on its channel: eqs. (5)-(16) give every time but that of a shared server. */
const apart = (clients: number, head = 0) => `rounds: 4
network:
  clients: { count: ${clients}, flops: 1e11, joulesPerSample: 0.05 }
  servers: { count: 1 }
  channels: { count: ${clients} }
workload: { headFlopsPerSample: ${head}, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 3e5 }
dynamics: dynamic
schedulers: [hardest-first]
`
const pipelined = (parts: number, share = 0) =>
  `protocol: { plugin: pipelined, options: { parts: ${parts}, aggregatedShare: ${share} } }\n`

const closeTo = (value: number, wanted: number) => expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-9)

const learned = `rounds: 5
network: { clients: { count: 4, flops: 1e7 }, servers: { count: 2 }, channels: { count: 3 } }
dynamics: dynamic
schedulers: [hardest-first]
workload: { samplesPerRound: 16 }
learning:
  model: { plugin: mlp, options: { hidden: [12, 8] } }
  dataset: { plugin: synthetic-classification, options: { samples: 160, testSamples: 40, features: 16 } }
  batchSize: 8
  evaluateEvery: 1
`
const losses = async (text: string) =>
  (await observed(await experimentOf(text), 'learning')).map(({ loss, testLoss }) => [loss, testLoss])

describe('pipelined', () => {
  test('with one mini-batch is parallel', async () => {
    const text = apart(4, 1e9)
    const [rows, parallel] = [
      await recordsOf(text + pipelined(1)),
      await recordsOf(`${text}protocol: collaborative\n`),
    ]
    for (const [i, { cost }] of rows.entries()) {
      const wanted = parallel[i]?.cost
      closeTo(cost.time, wanted?.time ?? 0)
      closeTo(cost.energy, wanted?.energy ?? 0)
      for (const key of ['headTime', 'uplinkTime', 'edgeTime', 'downlinkTime', 'clientTime'] as const)
        for (const [n, seconds] of cost[key].entries()) closeTo(seconds, wanted?.[key][n] ?? 0)
    }
  })

  test.each([2, 5, 16])(
    'of %i parts takes what fills the pipe, and the slowest stage for each part',
    async (parts) => {
      for (const { cost, staticCost } of await recordsOf(apart(1) + pipelined(parts))) {
        const stages = [staticCost.uplinkTime, staticCost.edgeTime, staticCost.downlinkTime].map(
          ([t]) => t ?? 0,
        )
        const fill = stages.reduce((sum, seconds) => sum + seconds, 0) / parts
        closeTo(cost.time, fill + ((parts - 1) / parts) * Math.max(...stages))
        // What is on the air, and so what it costs, is the same.
        closeTo(cost.energy, staticCost.energy)
      }
    },
  )

  test('of equal stages fills the pipe and then takes one of them for each part', async () => {
    const equal = (flops: number) => `rounds: 1
network:
  clients: { count: 1, powerDbm: 30 }
  servers: { count: 1, powerDbm: 30, flops: ${flops} }
  channels: { count: 1 }
  fading: none
workload: { uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5, bodyFlopsPerSample: 1e7 }
dynamics: dynamic
schedulers: [hardest-first]
`
    const [parallel] = await recordsOf(equal(1e12))
    const stage = parallel?.cost.uplinkTime[0] ?? Number.NaN
    closeTo(parallel?.cost.downlinkTime[0] ?? Number.NaN, stage)
    for (const parts of [1, 4, 50]) {
      const [row] = await recordsOf(equal((128 * 1e7) / stage) + pipelined(parts))
      closeTo(row?.cost.time ?? Number.NaN, ((3 + parts - 1) * stage) / parts)
    }
  })

  test('forward and backward share the processor of the client', async () => {
    for (const { cost, staticCost } of await recordsOf(apart(1, 2e10) + pipelined(10)))
      expect(cost.time).toBeGreaterThanOrEqual((staticCost.headTime[0] ?? Infinity) * (1 - 1e-9))
  })

  test('learns what parallel learns, bit for bit, sooner', async () => {
    for (const protocol of ['collaborative', 'splitfed-v1']) {
      const text = learned.replace('learning:', `learning:\n  protocol: ${protocol}`)
      const parallel = protocol === 'collaborative' ? 'collaborative' : 'splitfed'
      // Clients arrive in another order; what each server trains is the same.
      const [own, wanted] = [
        await losses(text + pipelined(4)),
        await losses(`${text}protocol: ${parallel}\n`),
      ]
      for (const [i, [loss, testLoss]] of own.entries()) {
        expect(loss).toBeCloseTo(Number(wanted[i]?.[0]), 5)
        expect(testLoss).toBeCloseTo(Number(wanted[i]?.[1]), 5)
      }
    }
  })

  test('with averaged gradients the edge goes back once for all clients: 1/3 + 2/3 (1 - share (1 - 1/N)) of its work', async () => {
    const [plain, averaged] = [
      await recordsOf(apart(4) + pipelined(1)),
      await recordsOf(apart(4) + pipelined(1, 0.75)),
    ]
    const work = 1 / 3 + (2 / 3) * (1 - 0.75 * (1 - 1 / 4))
    const total = (rows: typeof plain) =>
      rows.reduce((sum, { cost }) => sum + cost.edgeTime.reduce((all, seconds) => all + seconds, 0), 0)
    expect(total(averaged)).toBeLessThan(total(plain))
    const alone = await recordsOf(apart(1) + pipelined(1, 0.75))
    const same = await recordsOf(apart(1) + pipelined(1))
    // With one client there is nothing to average.
    for (const [i, { cost }] of alone.entries()) closeTo(cost.time, same[i]?.cost.time ?? 0)
    expect(work).toBeCloseTo(0.625, 9)
  })

  test('with averaged gradients learns otherwise than without, a body that clients share', async () => {
    const [plain, averaged] = [
      await losses(learned + pipelined(2)),
      await losses(learned + pipelined(2, 0.5)),
    ]
    // Nobody has trained on anything averaged by the first loss.
    expect(averaged[0]?.[0]).toBeCloseTo(Number(plain[0]?.[0]), 1)
    expect(averaged.at(-1)).not.toEqual(plain.at(-1))
    expect(averaged.at(-1)?.[1]).toBeLessThan(Number(averaged[0]?.[1]))
    const ownBodies = learned.replace('learning:\n', 'learning:\n  protocol: splitfed-v1\n')
    await expect(recordsOf(ownBodies + pipelined(2, 0.5))).rejects.toThrow(
      'splitfed-v1 cannot be learned under the protocol pipelined; expected collaborative',
    )
  })

  test('whoever leaves breaks off all of its stages, and has paid for what it did', async () => {
    const text = `${apart(3, 1e9).replace('rounds: 4', 'rounds: 30')}churn: { plugin: poisson, options: { meanStaySeconds: 8, meanAbsenceSeconds: 2 } }\n`
    const rows = await recordsOf(text + pipelined(6))
    const broken = rows.filter(({ served, completed }) => completed < served)
    expect(broken.length).toBeGreaterThan(3)
    for (const { cost, assignment } of rows)
      for (const [n, slot] of assignment.entries())
        if (slot >= 0) expect(cost.clientEnergy[n]).toBeLessThan(128 * 0.05 + 10)
  })
})

describe('u-shaped', () => {
  const uShaped = '{ plugin: u-shaped, options: { tailBitsPerSample: 1e5, tailFlopsPerSample: 2e9 } }'

  test('is the sum of its turns: activations up and down, gradients up and down', async () => {
    const text = apart(3, 1e9)
    for (const { cost, staticCost } of await recordsOf(`${text}protocol: ${uShaped}\n`)) {
      let sum = 0
      for (const [n, head] of staticCost.headTime.entries()) {
        const bits = 128 * 1e5
        const turn =
          head +
          (staticCost.uplinkTime[n] ?? 0) +
          bits / (staticCost.downlinkRate[n] ?? 0) +
          (128 * 2e9) / 1e11 +
          bits / (staticCost.uplinkRate[n] ?? 0) +
          (128 * (4.9e10 - 2e9)) / 1.424e13 +
          (staticCost.downlinkTime[n] ?? 0)
        closeTo(cost.clientTime[n] ?? 0, turn)
        closeTo(cost.headEnergy[n] ?? 0, 128 * 0.05 * (1 + 2e9 / 1e9))
        sum += turn
      }
      closeTo(cost.time, sum)
    }
  })

  test('learns what split learning learns, with what the last layers take', async () => {
    const text = learned.replace('learning:', 'learning:\n  protocol: split\n  cut: hidden1')
    expect(await losses(`${text}protocol: u-shaped\n`)).toEqual(await losses(`${text}protocol: split\n`))
    const [{ cost, staticCost }] = (await recordsOf(`${text}protocol: u-shaped\n`)) as [
      Awaited<ReturnType<typeof recordsOf>>[number],
    ]
    // Eight activations of 32 bit a sample into the last layer, beside the twelve at the cut.
    for (const [n, seconds] of cost.downlinkTime.entries())
      if (seconds > 0)
        expect(seconds).toBeLessThan((1 + 8 / 12) * (staticCost.downlinkTime[n] ?? 0) * (1 + 1e-9))
  })

  test.each([
    ['protocol: u-shaped', 'expected tailBitsPerSample and tailFlopsPerSample'],
    [
      'protocol: { plugin: u-shaped, options: { tailBitsPerSample: 1, tailFlopsPerSample: 1e12 } }',
      'the tail takes 1000000000000 FLOPs',
    ],
  ])('%s is refused where nothing says what a tail takes', async (line, message) => {
    await expect(recordsOf(`${apart(1)}${line}\n`)).rejects.toThrow(message)
  })
})
