// Writes what everybody who is measured starts from: `tsx bench/federated/prepare.ts CLIENTS CHOSEN`. Data as .npy, our
// initial weights and the order of samples of the first rounds as raw numbers, shapes as JSON; prints the folder.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SampleOrder } from '../../core/learning/sample-order.js'
import { CHANNELS, chosenIn, folderOf, SAMPLES, SIZE, samplesOf, taskOf } from './setup.js'

/** Rounds whose orders of samples are written. */
const ROUNDS = 6

const work = { clients: Number(process.argv[2]), chosen: Number(process.argv[3]) }
const folder = folderOf(work)
const write = (name: string, bytes: Uint8Array | Int32Array | Float32Array) =>
  writeFileSync(join(folder, name), bytes)

function npy(name: string, bytes: Uint8Array, shape: readonly number[]) {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const padded = `${header.padEnd(128 - 10 - 1 - ((header.length + 11) % 64 === 0 ? 64 : 0))}\n`
  const length = Buffer.alloc(2)
  length.writeUInt16LE(padded.length)
  write(
    name,
    Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(padded, 'latin1'), bytes]),
  )
}

const count = work.clients * SAMPLES
const { x, y } = samplesOf(count)
const image = [SIZE, SIZE, CHANNELS]
npy('x.npy', x, [count, ...image])
npy('y.npy', y, [count])
const few = 10
npy('test-x.npy', x.subarray(0, few * SIZE * SIZE * CHANNELS), [few, ...image])
npy('test-y.npy', y.subarray(0, few), [few])

const task = await taskOf(work)
write('weights.bin', task.initialBody)
const order = new SampleOrder(task.parts, task.random)
write(
  'order.bin',
  Int32Array.from(
    Array.from({ length: ROUNDS }, (_, round) =>
      chosenIn(round, work).flatMap((client) => [...order.next(client, SAMPLES)]),
    ).flat(),
  ),
)
const { parameters } = task.model.body
writeFileSync(
  join(folder, 'shapes.json'),
  JSON.stringify({
    ...work,
    rounds: ROUNDS,
    samples: SAMPLES,
    parameters: parameters.map(({ name, shape }) => ({ name, shape })),
  }),
)
console.log(JSON.stringify({ folder }))
