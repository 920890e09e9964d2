import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTensorEngine, openTensorWorkers, type TensorWorkers } from '../../core/tensor/index.js'
import clientTask from './client-task.js'
import './compare.js'

interface Input {
  client: number
  steps: number
}
interface Result {
  client: number
  flat: Float32Array
  tensors: number
}

const inputs = Array.from({ length: 5 }, (_, client) => ({ client, steps: 20 }))
const pools: TensorWorkers<Input, Result>[] = []

function open(workers: number): TensorWorkers<Input, Result> {
  const pool = openTensorWorkers<Input, Result>({
    task: new URL('./client-task.ts', import.meta.url),
    workers,
    engine: { backend: 'wasm' },
  })
  pools.push(pool)
  return pool
}

afterAll(() => Promise.all(pools.map((pool) => pool.close())))

describe('tensor workers', () => {
  let alone: Result[]
  beforeAll(async () => {
    const engine = await openTensorEngine({ backend: 'wasm', threads: 1 })
    alone = []
    for (const input of inputs) alone.push(await clientTask(engine, input))
  })

  test.each([1, 2])(
    'gives with %i workers what one thread gives, to the bit and in order',
    async (workers) => {
      const results = await open(workers).map(inputs)
      expect(results.map(({ client }) => client)).toEqual([0, 1, 2, 3, 4])
      for (const [i, { flat }] of results.entries()) expect(flat).toEqual(alone[i]!.flat)
    },
  )

  test('reports the error of a task and goes on with the next', async () => {
    const pool = open(1)
    await expect(pool.map([{ client: -1, steps: 1 }])).rejects.toThrow('client -1 has no data')
    const [result] = await pool.map([inputs[2]!])
    expect(result!.flat).toEqual(alone[2]!.flat)
  })

  test('reports a task module that does not exist', async () => {
    const pool = openTensorWorkers<Input, Result>({
      task: new URL('./no-task.ts', import.meta.url),
      workers: 1,
    })
    pools.push(pool as TensorWorkers<Input, Result>)
    await expect(pool.map([inputs[0]!])).rejects.toThrow('no-task')
  })

  test('refuses a number of workers that makes no sense', () => {
    expect(() => open(0)).toThrow('workers must be a positive integer, not 0')
  })
})
