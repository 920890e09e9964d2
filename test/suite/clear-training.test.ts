import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { clearTraining } from '../../core/suite/execution/clear-training.js'
import { directoryWith } from './support.js'

test('a training that cannot be gone on with goes, and takes nothing with it that is not its own', () => {
  const directory = join(directoryWith(), 'training')
  const put = (names: readonly string[]) => {
    for (const name of names) {
      mkdirSync(dirname(join(directory, name)), { recursive: true })
      writeFileSync(join(directory, name), '')
    }
  }
  const weights = join(directory, 'd3qn.safetensors')
  const ours = ['scenario.yaml', 'training.json', 'd3qn.safetensors', 'checkpoints/before/d3qn.safetensors']
  put([
    ...ours,
    'training.parquet.partial',
    'running-0123456789abcdef.json',
    'mine.safetensors',
    'figures/a.svg',
  ])
  expect(() => clearTraining(directory, weights)).toThrow(
    /(mine\.safetensors|a\.svg): cotwin did not write this.*\n.*/,
  )
  for (const name of ours) expect(existsSync(join(directory, name))).toBe(true)

  const other = join(directoryWith(), 'training')
  clearTraining(other, weights)
  for (const name of ours) {
    mkdirSync(dirname(join(other, name)), { recursive: true })
    writeFileSync(join(other, name), '')
  }
  clearTraining(other, weights)
  expect(existsSync(other)).toBe(false)
})
