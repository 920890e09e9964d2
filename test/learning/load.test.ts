import { expect, test } from 'vitest'
import { withLoadOf } from '../../core/learning/index.js'
import { evaluateRound } from '../../core/plugin/index.js'
import { parametersOf } from '../plugins/support.js'
import { clusters, type Given, taskOf } from './support.js'

const dataset = clusters({ shape: [14, 14, 1], classes: 10, train: 64 })
const of = async (learning: Record<string, unknown>, more: Given = {}) =>
  withLoadOf(
    parametersOf(4, 2, 4),
    await taskOf({ dataset, ...more, learning: { model: 'lenet', ...learning } }),
  )

// LeNet on 14 × 14, cut behind its first pooling: 7 × 7 × 6 numbers.
const numbers = 7 * 7 * 6
const headFlops = 2 * 14 * 14 * 6 * 25 + 4 * numbers
const bodyFlops = 2 * 3 * 3 * 16 * 150 + 4 * 16 + 2 * 16 * 120 + 2 * 120 * 84 + 2 * 84 * 10

test('a cut model sends what lies at the cut, as precise as it says, once for each pass', async () => {
  expect((await of({})).load).toEqual({
    headFlops: 3 * headFlops,
    bodyFlops: 3 * bodyFlops,
    uplinkBits: 32 * numbers,
    downlinkBits: 32 * numbers,
  })
  expect((await of({ precision: 'fp16', passes: 2 })).load).toEqual({
    headFlops: 6 * headFlops,
    bodyFlops: 6 * bodyFlops,
    uplinkBits: 2 * 16 * numbers,
    downlinkBits: 2 * 16 * numbers,
  })
  expect((await of({ precision: 'int8' })).load.uplinkBits).toBe(8 * numbers + 32)
})

test('a frozen head costs no local computing', async () => {
  expect((await of({ head: { trained: false } })).load).toMatchObject({
    headFlops: 0,
    bodyFlops: 3 * bodyFlops,
  })
})

test('clients that compute nothing spend nothing on it, eq. (6); others what the scenario says', async () => {
  const spending = { ...parametersOf(4, 2, 4), clientJoulesPerSample: Float64Array.of(1, 2, 3, 4) }
  const joules = async (learning: Record<string, unknown>) =>
    Array.from(
      withLoadOf(spending, await taskOf({ dataset, learning: { model: 'lenet', ...learning } }))
        .clientJoulesPerSample,
    )
  expect(await joules({})).toEqual([1, 2, 3, 4])
  expect(await joules({ head: { trained: false } })).toEqual([0, 0, 0, 0])
  expect(await joules({ protocol: 'centralized' })).toEqual([0, 0, 0, 0])
  // A round counts as one sample then, into which its 128 go.
  expect(await joules({ protocol: 'federated' })).toEqual([1, 2, 3, 4].map((each) => 128 * each))
})

test('a smaller head computes as much less, by eq. (5)', async () => {
  const structures = [{ clients: [2], model: { plugin: 'resnet-small', options: { channels: [6] } }, cut: 1 }]
  const own = 2 * 14 * 14 * 6 * 9
  const model = { plugin: 'resnet-small', options: { channels: [6], blocks: 2 } }
  const network = await of({ model, cut: 2, head: { structures } })
  const large = own + 2 * (2 * 14 * 14 * 6 * 9 * 6)
  const gains = new Float64Array(4 * 2 * 4).fill(1e-9)
  const cost = evaluateRound(
    { ...network, uplinkGain: gains, downlinkGain: gains, meanGain: new Float64Array(8).fill(1e-9) },
    Int32Array.of(0, 1, 2, 3),
  )
  expect(cost.headTime[0]).toBeCloseTo((128 * 3 * large) / 1e12, 12)
  expect(cost.headTime[2]).toBeCloseTo((128 * 3 * own) / 1e12, 12)
})

test('a head that has nothing to compute takes no time beside one that has', async () => {
  // The body takes rows of 6 numbers: those of a layer, or the samples as they are.
  const model = { plugin: 'mlp', options: { hidden: [6, 5] } }
  const structures = [{ clients: [1], model, cut: 'flatten' }]
  const samples = clusters({ shape: [6], classes: 3, train: 64 })
  const network = await of({ model, cut: 'hidden1', head: { structures } }, { dataset: samples })
  expect(network.load.headFlops).toBe(3 * 2 * 6 * 6)
  const gains = new Float64Array(4 * 2 * 4).fill(1e-9)
  const { headTime, clientTime } = evaluateRound(
    { ...network, uplinkGain: gains, downlinkGain: gains, meanGain: new Float64Array(8).fill(1e-9) },
    Int32Array.of(0, 1, 2, 3),
  )
  expect(headTime[1]).toBe(0)
  expect(headTime[0]).toBeCloseTo((128 * 3 * 72) / 1e12, 18)
  expect(clientTime[1]).toBeLessThan(clientTime[0])
})

test('a whole model in one place takes the samples themselves', async () => {
  expect((await of({ protocol: 'centralized' })).load).toEqual({
    headFlops: 0,
    bodyFlops: 3 * (headFlops + bodyFlops),
    uplinkBits: 32 * 196,
    downlinkBits: 0,
  })
})

test('where clients have unlike numbers of samples, or somebody goes by them, a whole model counts them all', async () => {
  const task = await taskOf({ dataset, learning: { model: 'lenet', protocol: 'federated' } })
  const unlike = {
    ...parametersOf(4, 2, 4),
    clientSamples: Float64Array.of(100, 20, 30, 7),
    clientJoulesPerSample: Float64Array.of(1, 2, 3, 4),
    bitsPerRound: { uplink: Float64Array.of(1, 2, 3, 4), downlink: new Float64Array(4) },
  }
  const model = 32 * task.model.body.size
  const counted = withLoadOf(unlike, task)
  expect([...counted.clientSamples]).toEqual([100, 20, 30, 7])
  expect([...(counted.bitsPerRound?.uplink ?? [])]).toEqual([1, 2, 3, 4].map((own) => model + own))
  expect([...(counted.bitsPerRound?.downlink ?? [])]).toEqual([model, model, model, model])
  // What a round takes is the same: computing by samples, energy, and the model once, and what is beside.
  const gains = new Float64Array(4 * 2 * 4).fill(1e-9)
  const links = { uplinkGain: gains, downlinkGain: gains, meanGain: new Float64Array(8).fill(1e-9) }
  const cost = evaluateRound({ ...counted, ...links }, Int32Array.of(0, 1, 2, 3))
  for (const [n, samples] of [100, 20, 30, 7].entries()) {
    expect(cost.headTime[n] / ((samples * counted.load.headFlops) / 1e12)).toBeCloseTo(1, 12)
    expect(cost.headEnergy[n]).toBe(samples * (n + 1))
    expect((cost.uplinkTime[n] * cost.uplinkRate[n]) / (model + n + 1)).toBeCloseTo(1, 12)
  }
  // All alike, and nobody goes by samples: one, that stands for all.
  const alike = parametersOf(4, 2, 4)
  expect(new Set(withLoadOf(alike, task).clientSamples)).toEqual(new Set([1]))
  expect([...withLoadOf(alike, task, true).clientSamples]).toEqual([...alike.clientSamples])
})
