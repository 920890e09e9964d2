import type { Aggregator, Dataset, ModelUpdate, Samples } from '../plugin/learning-contracts.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import { type Subject, streamOf } from './subject.js'

/** What a dataset promises. */
export function datasetChecks(subject: Subject<'dataset'>): Check[] {
  const create = () => subject.create()
  const sets = ({ train, test }: Dataset) => Object.entries({ train, test })
  return [
    check('says what a sample is, and how many classes there are', async () => {
      const { sampleShape, classes, classNames } = await create()
      const lengths = sampleShape.length > 0 && sampleShape.every((n) => Number.isInteger(n) && n >= 1)
      expectThat(lengths, `its samples have the shape [${sampleShape}]`)
      expectThat(Number.isInteger(classes) && classes >= 2, `it has ${classes} classes; expected two or more`)
      expectThat(
        classNames === undefined || classNames.length === classes,
        () => `${classNames?.length} classes have names, of ${classes}`,
      )
      return `[${sampleShape.join(', ')}], ${classes} classes`
    }),
    check('labels every sample with a class', async () => {
      const dataset = await create()
      for (const [name, { count, labels }] of sets(dataset)) {
        expectThat(Number.isInteger(count) && count >= 1, `${name}: it has ${count} samples`)
        expectThat(labels instanceof Int32Array, `${name}: labels are no Int32Array`)
        expectThat(labels.length === count, `${name}: ${labels.length} labels for ${count} samples`)
        const wrong = labels.findIndex((label) => label < 0 || label >= dataset.classes)
        expectThat(wrong < 0, () => `${name}: sample ${wrong} has label ${labels[wrong]}`)
      }
      return `${dataset.train.count} to train on, ${dataset.test.count} to test with`
    }),
    check('writes every value of what is read, finite, and nothing else', async () => {
      const dataset = await create()
      for (const [name, samples] of sets(dataset)) {
        const values = await read(dataset, samples, someOf(samples), 1)
        const wrong = values.subarray(0, -1).findIndex((value) => !Number.isFinite(value))
        expectThat(wrong < 0, () => `${name}: value ${wrong} of a batch is ${values[wrong]}`)
        expectThat(Number.isNaN(values[values.length - 1]), `${name}: it wrote past the end of the batch`)
      }
      return undefined
    }),
    check('gives a sample the same whichever were read before', async () => {
      const [dataset, again] = [await create(), await create()]
      for (const [name, samples] of sets(dataset)) {
        const indices = someOf(samples)
        const batch = await read(dataset, samples, indices)
        const size = batch.length / indices.length
        const other = name === 'train' ? again.train : again.test
        for (const [i, index] of indices.toReversed().entries()) {
          const place = indices.length - 1 - i
          const alone = await read(again, other, Int32Array.of(index))
          expectEqual(
            alone,
            batch.slice(place * size, (place + 1) * size),
            `${name}: sample ${index} alone is not what it was in a batch`,
          )
        }
      }
      return undefined
    }),
  ]
}

/** Indices out of order, one of them twice. */
function someOf({ count }: Samples): Int32Array {
  const random = streamOf('indices', count)
  const drawn = Int32Array.from({ length: 6 }, () => random.integer(count))
  return Int32Array.of(...drawn, drawn[0], count - 1, 0)
}

async function read(
  dataset: Dataset,
  samples: Samples,
  indices: Int32Array,
  beyond = 0,
): Promise<Float32Array> {
  const size = dataset.sampleShape.reduce((product, n) => product * n, 1)
  const into = new Float32Array(indices.length * size + beyond).fill(Number.NaN)
  await samples.read(indices, into)
  return into
}

/** What a partition promises. */
export function partitionChecks(subject: Subject<'partition'>): Check[] {
  const task = { samples: 600, classes: 5 }
  const split = async (clients: number, seed = 0) => {
    const labels = Int32Array.from({ length: task.samples }, (_, i) => (i * 7) % task.classes)
    const partition = await subject.create()
    return partition.split({ labels, classes: task.classes, clients, random: streamOf('split', seed) })
  }
  const sizes = [1, 2, 7, 16]
  return [
    check('gives each client a list of samples', async () => {
      for (const clients of sizes) {
        const lists = await split(clients)
        expectThat(lists.length === clients, `${lists.length} lists for ${clients} clients`)
        for (const list of lists) {
          expectThat(list instanceof Int32Array, 'a list is no Int32Array')
          const wrong = list.find((index) => index < 0 || index >= task.samples)
          expectThat(wrong === undefined, `it gave sample ${wrong} of ${task.samples}`)
        }
      }
      return undefined
    }),
    check('gives no sample twice', async () => {
      let least = task.samples
      for (const clients of sizes) {
        const all = (await split(clients)).flatMap((list) => [...list])
        expectThat(new Set(all).size === all.length, `with ${clients} clients a sample is in two places`)
        least = Math.min(least, all.length)
      }
      return least === task.samples ? 'every sample to someone' : `${least} of ${task.samples} samples given`
    }),
    check('splits the same again, given equal random streams', async () => {
      for (const clients of sizes)
        expectEqual(
          await split(clients),
          await split(clients),
          `with ${clients} clients it split differently`,
        )
      return undefined
    }),
  ]
}

const LENGTH = 5

function someUpdates(round: number, count = 11): ModelUpdate[] {
  const random = streamOf('updates', round)
  return Array.from({ length: count }, (_, contributor) => ({
    contributor,
    weights: Float32Array.from({ length: LENGTH }, () => random.normal()),
    samples: 1 + random.integer(100),
    steps: 1 + random.integer(20),
    staleness: 0,
  }))
}

const startOf = (round: number): Float32Array => {
  const random = streamOf('start', round)
  return Float32Array.from({ length: LENGTH }, () => random.normal())
}

/** What an aggregator promises. */
export function aggregatorChecks(subject: Subject<'aggregator'>): Check[] {
  /** Aggregations as a run would ask for them: local training first. */
  const fold = (aggregator: Aggregator, start: Float32Array, updates: readonly ModelUpdate[]) => {
    for (const update of updates) {
      const local = { contributor: update.contributor, contributors: 12, start, learningRate: 0.1 }
      aggregator.correct?.(
        Float32Array.from({ length: LENGTH }, () => 1),
        start.slice(),
        local,
      )
      aggregator.localEnd?.(update, local)
    }
    return aggregator.aggregate(start, updates)
  }
  const rounds = (aggregator: Aggregator, from: number, count = 3) => {
    let weights = startOf(0)
    return Array.from({ length: count }, (_, i) => {
      weights = Float32Array.from(fold(aggregator, weights, someUpdates(from + i)))
      return weights
    })
  }
  return [
    check('gives weights as long as those before, all finite', async () => {
      for (const weights of rounds(await subject.create(), 0)) {
        expectThat(weights.length === LENGTH, `${weights.length} weights from updates of ${LENGTH}`)
        expectThat(weights.every(Number.isFinite), `it gave ${weights.join(', ')}`)
      }
      return undefined
    }),
    check('gives a Float32Array of its own, that it does not write to later', async () => {
      const aggregator = await subject.create()
      const [start, updates] = [startOf(1), someUpdates(1)]
      const first = fold(aggregator, start, updates)
      expectThat(first instanceof Float32Array, 'what it gave is no Float32Array')
      const shared = [start, ...updates.map(({ weights }) => weights)].some(
        (each) => each.buffer === first.buffer,
      )
      expectThat(!shared, 'what it gave shares memory with what it was given')
      const kept = first.slice()
      fold(aggregator, startOf(2), someUpdates(2))
      expectEqual(first, kept, 'its next aggregation changed what it gave before')
      return undefined
    }),
    check('leaves start and updates as they are', async () => {
      const [start, updates] = [startOf(1), someUpdates(1)]
      const before = structuredClone({ start, updates })
      fold(await subject.create(), start, updates)
      expectEqual({ start, updates }, before, 'it wrote into them')
      return undefined
    }),
    check('stays where it is when nobody changed anything', async () => {
      const start = startOf(3)
      const updates = someUpdates(3).map((update) => ({ ...update, weights: start.slice() }))
      const weights = fold(await subject.create(), start, updates)
      for (const [i, weight] of weights.entries())
        expectThat(
          Math.abs(weight - start[i]) <= 1e-6 * Math.max(1, Math.abs(start[i])),
          `all updates are the start, ${start[i]}, and it went to ${weight}`,
        )
      return undefined
    }),
    check('does not mind in which order updates come, unless it is asynchronous', async () => {
      const aggregator = await subject.create()
      if (aggregator.bufferSize !== undefined) return `asynchronous, ${aggregator.bufferSize} at a time`
      const [start, updates] = [startOf(4), someUpdates(4)]
      const one = fold(aggregator, start, updates)
      const other = fold(await subject.create(), start, updates.toReversed())
      for (const [i, weight] of one.entries())
        expectThat(
          Math.abs(weight - other[i]) <= 1e-5,
          `weight ${i} is ${weight}, the other way round ${other[i]}`,
        )
      return undefined
    }),
    check('does the same again', async () => {
      expectEqual(
        rounds(await subject.create(), 0),
        rounds(await subject.create(), 0),
        'two instances came to different weights',
      )
      return undefined
    }),
    check('comes to the same by updates one at a time', async () => {
      const [one, other] = [await subject.create(), await subject.create()]
      if (!other.begin) return 'it needs all at once'
      for (let i = 0; i < 3; i++) {
        const [start, updates] = [startOf(i), someUpdates(i)]
        const expected = updates.map(({ weights: _, start: __, ...update }) => update)
        const running = other.begin(start, expected)
        for (const update of updates) running.add(structuredClone(update))
        expectEqual(running.end(), fold(one, start, updates), 'one at a time came to different weights')
      }
      return undefined
    }),
    check('corrects gradients alone', async () => {
      const aggregator = await subject.create()
      if (!aggregator.correct) return 'it corrects none'
      rounds(aggregator, 0)
      const [weights, start] = [startOf(5), startOf(6)]
      const before = structuredClone({ weights, start })
      const gradient = new Float32Array(LENGTH).fill(1)
      aggregator.correct(gradient, weights, { contributor: 0, contributors: 12, start, learningRate: 0.1 })
      expectEqual({ weights, start }, before, 'it wrote into the weights')
      expectThat(gradient.every(Number.isFinite), `it made the gradient ${gradient.join(', ')}`)
      return undefined
    }),
    check('goes on from where it was saved', async () => {
      const [one, other] = [await subject.create(), await subject.create()]
      rounds(one, 0)
      if (one.save || one.restore)
        expectThat(one.save !== undefined && one.restore !== undefined, 'it has save or restore, not both')
      other.restore?.(structuredClone(one.save?.() ?? {}))
      expectEqual(rounds(other, 3), rounds(one, 3), 'the restored one came to different weights')
      return one.save ? undefined : 'it keeps nothing'
    }),
  ]
}
