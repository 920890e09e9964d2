import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CellStore } from '../../core/suite/execution/cell-store.js'
import { cellTables } from '../../core/suite/execution/cell-tables.js'
import { type Cell, cellsOf } from '../../core/suite/execution/cells.js'
import { runCell } from '../../core/suite/execution/run-cell.js'
import { builtInPlugins } from '../../plugins/index.js'
import { directoryWith, load } from './support.js'

const shared = () => new SharedArrayBuffer(8)

/** Runs a cell; one that is stopped is so when it has played so many rounds. */
async function runIn(directory: string, cell: Cell, stopAfter = Number.POSITIVE_INFINITY) {
  const [progress, waiting, stop] = [shared(), shared(), shared()]
  const played = new Int32Array(progress)
  const task = { kind: 'cell', cell, directory, workers: 1, progress, waiting, stop, place: 0 } as const
  let running = true
  const look = () => {
    if (played[0] >= stopAfter) Atomics.store(new Int32Array(stop), 0, 1)
    if (running) setImmediate(look)
  }
  look()
  const how = await runCell(task, builtInPlugins).finally(() => {
    running = false
  })
  return { how, played: played[0] }
}

/** A cell that learns, with clients that quit: all of a cell's tables have rows. */
const learning = `
scenarios: [small.yaml]
schedulers: [random]
set:
  rounds: 40
  budgets: { energyJoules: [1.0e-9, 1.0e+9, 1.0e+9, 1.0e+9] }
  learning: { model: logistic, dataset: { plugin: synthetic-classification, options: { samples: 64, testSamples: 32 } }, reference: centralized }
`

const tables = async (directory: string, address: string) => {
  const store = new CellStore(directory)
  const record = store.record(address)!
  const all = await Promise.all(
    cellTables.flatMap(async ({ name }) => {
      if (!record.tables[name]) return [name, undefined]
      const table = await store.table(address, name)
      const columns = Object.entries(table.columns).filter(([column]) => column !== 'decisionSeconds')
      return [name, columns.map(([column, values]) => [column, [...(values as Iterable<unknown>)].join()])]
    }),
  )
  return { rounds: record.rounds, quit: record.quit, tables: Object.fromEntries(all) }
}

describe('a cell that is stopped', () => {
  test('goes on from its checkpoint, and comes to what it would have', async () => {
    const [cell] = cellsOf(await load(learning))
    const [whole, parts] = [directoryWith(), directoryWith()]
    expect((await runIn(whole, cell)).how).toBe('finished')
    const first = await runIn(parts, cell, 7)
    expect(first.how).toBe('stopped')
    expect(first.played).toBeLessThan(20)
    expect(readdirSync(parts)).toEqual([`.${cell.address}`])
    const second = await runIn(parts, cell, 21)
    expect([second.how, second.played >= 21]).toEqual(['stopped', true])
    expect(await runIn(parts, cell)).toEqual({ how: 'finished', played: 40 })
    expect(await tables(parts, cell.address)).toEqual(await tables(whole, cell.address))
    expect(existsSync(join(parts, `.${cell.address}`))).toBe(false)
  })

  test('begins anew where its checkpoint is damaged', async () => {
    const [cell] = cellsOf(await load(learning))
    const directory = directoryWith()
    await runIn(directory, cell, 5)
    const folder = join(directory, `.${cell.address}`, 'checkpoints')
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name))
      bytes[bytes.length >> 1] ^= 1
      writeFileSync(join(folder, name), bytes)
    }
    expect(await runIn(directory, cell)).toEqual({ how: 'finished', played: 40 })
    expect(new CellStore(directory).record(cell.address)?.rounds).toBe(40)
  })
})
