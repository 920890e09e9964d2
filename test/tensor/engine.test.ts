import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import {
  backendNames,
  chosenBackend,
  tensorComputation,
  whyNoGpu,
  whyNoWebgpu,
} from '../../core/tensor/backend/chosen.js'
import { vectorSupport } from '../../core/tensor/backend/processor.js'
import { withSharedMemory } from '../../core/tensor/backend/shared-memory.js'
import { openTensorflowBackend } from '../../core/tensor/backend/tensorflow.js'
import { openWebgpuBackend } from '../../core/tensor/backend/webgpu.js'
import { openTensorEngine, usableBackends } from '../../core/tensor/index.js'
import './compare.js'

const tensorflow = await openTensorflowBackend()
const webgpu = await openWebgpuBackend()
const gpu = { available: tensorflow.gpu, why: tensorflow.why }

describe('the door', () => {
  test('takes WASM with the best kernels where there is no GPU, and says why', async () => {
    const { description } = await openTensorEngine()
    if (gpu.available) return expect(description.backend).toBe('tensorflow')
    expect(description).toMatchObject({
      backend: 'wasm',
      kernels: vectorSupport(),
      gpu: { available: false },
    })
    expect(description.why).toContain(whyNoGpu())
    expect(description.versions.tensorflow).toMatch(/^4\./)
    expect(description.vectors).toBe(vectorSupport())
    expect(description.threads).toBeGreaterThan(0)
    expect(description.why).toContain(`${description.vectorBits} bits wide`)
    expect(tf.getBackend()).toBe('wasm')
  })

  test('opens the CPU backend when asked, and WASM again', async () => {
    expect((await openTensorEngine({ backend: 'cpu' })).description).toMatchObject({
      backend: 'cpu',
      kernels: 'none',
    })
    expect(tf.getBackend()).toBe('cpu')
    await openTensorEngine({ backend: 'wasm' })
    expect(tf.getBackend()).toBe('wasm')
  })

  test('refuses what it cannot do, with the reason', async () => {
    await expect(openTensorEngine({ threads: 0 })).rejects.toThrow(
      'threads must be a positive integer, not 0',
    )
    await expect(openTensorEngine({ kernels: 'none' })).rejects.toThrow('already runs with the best kernels')
    if (!gpu.available) await expect(openTensorEngine({ backend: 'gpu' })).rejects.toThrow(gpu.why)
  })

  test('opens by the environment what nobody asks for by name, and names it in results', async () => {
    expect(chosenBackend({ COTWIN_TENSOR_BACKEND: 'cpu' })).toEqual({
      backend: 'cpu',
      why: 'COTWIN_TENSOR_BACKEND=cpu',
    })
    expect(() => chosenBackend({ COTWIN_TENSOR_BACKEND: 'tensorfow' })).toThrow(
      `COTWIN_TENSOR_BACKEND: expected one of ${backendNames.join(', ')}; found tensorfow`,
    )
    process.env.COTWIN_TENSOR_BACKEND = 'cpu'
    try {
      expect((await openTensorEngine()).description.backend).toBe('cpu')
      expect(tensorComputation()).toBe('cpu')
    } finally {
      delete process.env.COTWIN_TENSOR_BACKEND
      await openTensorEngine({ backend: 'wasm' })
    }
    if (!gpu.available) expect(tensorComputation()).toBe(`wasm ${vectorSupport()}`)
  })

  test.skipIf(!tensorflow.available)(
    `computes by TensorFlow where it is asked for by name${tensorflow.available ? '' : ` (skipped: ${tensorflow.why})`}`,
    async () => {
      expect(await usableBackends()).toContain('tensorflow')
      // Loading it put no other backend in force.
      expect(tf.getBackend()).toBe('wasm')
      const { description } = await openTensorEngine({ backend: 'tensorflow' })
      expect(description).toMatchObject({
        backend: 'tensorflow',
        kernels: 'none',
        gpu: { available: gpu.available },
      })
      expect([...tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()]).toEqual([3, 3, 3, 3])
      await openTensorEngine({ backend: 'wasm' })
    },
  )

  test('refuses WebGPU where it cannot be had, and says what is missing', async () => {
    if (webgpu.available) return expect(await usableBackends()).toContain('webgpu')
    await expect(openTensorEngine({ backend: 'webgpu' })).rejects.toThrow(
      `tensor engine: no webgpu backend: ${webgpu.why}`,
    )
    const missing = whyNoWebgpu()
    if (missing === undefined) return
    expect(webgpu.why).toBe(missing)
    expect(missing).toMatch(/not installed \(npm install .*(webgpu|@tensorflow\/tfjs-backend-webgpu)\)$/)
  })

  test.skipIf(!webgpu.available)(
    `computes by WebGPU, and reads at once and later${webgpu.available ? '' : ` (skipped: ${webgpu.why})`}`,
    async () => {
      const { description } = await openTensorEngine({ backend: 'webgpu' })
      expect(description).toMatchObject({ backend: 'webgpu', gpu: { available: webgpu.gpu } })
      expect(description.why).toContain(webgpu.why)
      const product = () => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]))
      expect([...product().dataSync()]).toEqual([3, 3, 3, 3])
      // Turns that Dawn asked for while a result was read at once are still taken.
      const later = product().data()
      expect([...tf.lessEqual(product(), 3).dataSync()]).toEqual([1, 1, 1, 1])
      expect([...(await later)]).toEqual([3, 3, 3, 3])
      await openTensorEngine({ backend: 'wasm' })
    },
  )

  test('joins no vectors where the environment says so, and takes no other width', async () => {
    const program = fileURLToPath(new URL('./width.ts', import.meta.url))
    const opened = (bits: string) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', program], {
        env: { ...process.env, COTWIN_VECTOR_BITS: bits },
      })
    expect((await opened('128')).stdout).toBe('128\n')
    await expect(opened('512')).rejects.toThrow('COTWIN_VECTOR_BITS: expected 128 or 256; found 512')
  })

  test('leaves the process its own answer to uncaught errors', async () => {
    await openTensorEngine({ backend: 'wasm' })
    const theirs = process
      .listeners('uncaughtException')
      .filter((listener) => `${listener}`.includes('ExitStatus'))
    expect(theirs).toEqual([])
  })

  test.skipIf(!gpu.available)(
    `computes on a GPU${gpu.available ? '' : ` (skipped: ${gpu.why})`}`,
    async () => {
      const { description } = await openTensorEngine({ backend: 'gpu' })
      expect(description).toMatchObject({ backend: 'tensorflow', gpu: { available: true } })
      expect([...tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()]).toEqual([3, 3, 3, 3])
      await openTensorEngine({ backend: 'wasm' })
    },
  )

  test('lets a program end while its helpers sleep', async () => {
    const program = fileURLToPath(new URL('./ends.ts', import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program])
    expect({ stdout, stderr }).toEqual({ stdout: 'wasm 2\n', stderr: '' })
  })
})

describe('sharing a module’s memory', () => {
  const header = [0, 97, 115, 109, 1, 0, 0, 0]

  test('sets the flag of its limits and nothing else', () => {
    const binary = Uint8Array.from([...header, 1, 1, 0, 5, 4, 1, 1, 1, 2])
    expect([...withSharedMemory(binary)]).toEqual([...header, 1, 1, 0, 5, 4, 1, 3, 1, 2])
    expect(binary[13]).toBe(1)
  })

  test('refuses modules without a memory, or one without a maximum', () => {
    expect(() => withSharedMemory(Uint8Array.from([...header, 1, 1, 0]))).toThrow('cannot be shared')
    expect(() => withSharedMemory(Uint8Array.from([...header, 5, 3, 1, 0, 1]))).toThrow('cannot be shared')
  })
})
