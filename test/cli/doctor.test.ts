import { expect, test, vi } from 'vitest'
import { doctorCommand } from '../../core/cli/commands/doctor.js'

// In this process, from source: the kernels are compiled where they are missing.
async function printed(json: boolean): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    expect(await doctorCommand({ json })).toBe(0)
    return write.mock.calls.map(([text]) => String(text)).join('')
  } finally {
    write.mockRestore()
  }
}

test('--json tells what tensors are computed with, and why', async () => {
  const { tensor, node, cpu } = JSON.parse(await printed(true))
  expect(node).toBe(process.versions.node)
  expect(cpu.count).toBeGreaterThan(0)
  expect(tensor.backend).toMatch(/^(gpu|wasm)$/)
  expect(tensor.why).not.toBe('')
  expect(tensor.gpu.why).not.toBe('')
})

test('for people, a line for each', async () => {
  const lines = (await printed(false)).split('\n')
  const names = lines.map((line) => line.split(/ {2,}/)[0])
  expect(names).toEqual(
    expect.arrayContaining(['cotwin', 'Node', 'processor', 'TensorFlow.js', 'backend', 'GPU']),
  )
})
