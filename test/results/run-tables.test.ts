import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { openOutputFile } from '../../core/files/write-file.js'
import { tables } from '../../core/observe/tables.js'
import { RunTables } from '../../core/results/run-tables.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { errorOf } from '../files/error-of.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { roundRow } from './round-row.js'

const files = tables.map(({ name }) => `${name}.parquet`).sort()

test('a table is opened by its first row, and at the end all are there', async () => {
  const directory = temporaryDirectory()
  const runTables = new RunTables(directory)
  expect(readdirSync(directory)).toEqual([])
  runTables.append('rounds', roundRow({ round: 1 }))
  runTables.append('rounds', roundRow({ round: 2 }))
  expect(readdirSync(directory)).toEqual(['rounds.parquet.partial'])
  expect(runTables.rows.rounds).toBe(2)
  runTables.closeAll()
  expect(readdirSync(directory).sort()).toEqual(files)
  for (const [name, rows] of Object.entries(runTables.rows)) {
    const table = await StoredTable.open(join(directory, `${name}.parquet`))
    expect([name, table.rows]).toEqual([name, rows])
    expect([name, rows]).toEqual([name, name === 'rounds' ? 2 : 0])
  }
})

test('the same rows give the same files', () => {
  const contents = [1, 2].map(() => {
    const directory = temporaryDirectory()
    const runTables = new RunTables(directory, { rowsPerGroup: 64 })
    for (let round = 1; round < 200; round++) {
      runTables.append('rounds', roundRow({ round, cost: Math.sqrt(round) }))
      runTables.append('quits', {
        round,
        scheduler: 'random',
        client: null,
        time: round,
        spent: 2,
        budget: 1,
      })
    }
    runTables.closeAll()
    return files.map((file) => readFileSync(join(directory, file)))
  })
  expect(contents[0]).toEqual(contents[1])
})

test('a bad row is an error of ours, and the tables can still be closed', async () => {
  const directory = temporaryDirectory()
  const runTables = new RunTables(directory)
  runTables.append('rounds', roundRow({}))
  // @ts-expect-error a round has a cost
  expect(() => runTables.append('rounds', { ...roundRow({}), cost: null })).toThrow(TypeError)
  // @ts-expect-error there is no such table
  expect(() => runTables.append('round', roundRow({}))).toThrow()
  runTables.closeAll()
  runTables.closeAll()
  expect((await StoredTable.open(join(directory, 'rounds.parquet'))).rows).toBe(1)
  expect(() => runTables.append('rounds', roundRow({}))).toThrow('are closed')
})

test('a table that cannot be created does not take the others with it', () => {
  const directory = temporaryDirectory()
  const runTables = new RunTables(directory, {
    open(path) {
      if (!path.includes('clients')) return openOutputFile(path)
      throw Object.assign(new Error('EMFILE'), { code: 'EMFILE', errno: -24, syscall: 'open' })
    },
  })
  runTables.append('rounds', roundRow({}))
  const error = errorOf(() => runTables.closeAll())
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).message).toBe(
    `${join(directory, 'clients.parquet')}: cannot be created: too many open files (EMFILE)`,
  )
  expect(readdirSync(directory).sort()).toEqual(files.filter((file) => file !== 'clients.parquet'))
})
