import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tables } from '../../core/observe/tables.js'
import { type RunOptions, run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'

const orders = [
  'schedulers: [swap-matching, random, decomposition]',
  'schedulers: [decomposition, swap-matching, random]',
]

/** The tables of a run, but for the one of wall-clock times. */
async function tablesOf(order: string, onStart?: RunOptions['onStart']): Promise<Buffer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cotwin-'))
  const path = join(folder, 'scenario.yaml')
  writeFileSync(path, `rounds: 15\nrecord: { detailRounds: [1, 8] }\n${order}\n`)
  const out = join(folder, 'run')
  await run(path, { plugins: builtInPlugins, out, report: false, ...(onStart && { onStart }) })
  return tables
    .filter(({ name }) => name !== 'decisions')
    .map(({ name }) => readFileSync(join(out, `${name}.parquet`)))
}

const first = await tablesOf(orders[0])

test('the same scenario and seed give the same tables, byte for byte', async () => {
  expect(await tablesOf(orders[0])).toEqual(first)
})

test('whatever the order of the schedulers in the file', async () => {
  expect(await tablesOf(orders[1])).toEqual(first)
})

test('with more observers, even ones that write into what they are given', async () => {
  const meddle: RunOptions['onStart'] = ({ bus }) => {
    bus.on('phase', () => {})
    bus.on('round:end', () => {})
    bus.on('scheduler:round', ({ assignment, cost }) => {
      assignment.fill(0)
      cost.clientEnergy.fill(1e12)
    })
  }
  const tables = await tablesOf(orders[0], meddle)
  // Recording comes first, so what others do to their copy of the figures is of no consequence.
  expect(tables).toEqual(first)
})
