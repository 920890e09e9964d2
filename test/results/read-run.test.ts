import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { sealedJson } from '../../core/files/sealed-json.js'
import { openRun } from '../../core/index.js'
import { endedManifest, startedManifest } from '../../core/results/manifest.js'
import { createRunDirectory } from '../../core/results/run-directory.js'
import { RunTables } from '../../core/results/run-tables.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { summarize } from '../../core/results/summarize.js'
import { errorOf } from '../files/error-of.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { roundRow } from './round-row.js'

const scenario = 'name: quickstart\nseed: 1\n'
const manifest = startedManifest({
  scenario: 'quickstart',
  scenarioHash: 'abcdef0123',
  seed: 1,
  plugins: [],
  sources: [],
})

/** A directory as a finished run of one scheduler and some rounds leaves it. */
async function finishedRun(rounds = 3): Promise<string> {
  const directory = createRunDirectory(temporaryDirectory(), 'quickstart', 'abcdef0123')
  directory.writeScenario(scenario)
  const runTables = new RunTables(directory.path)
  for (let round = 1; round <= rounds; round++) {
    runTables.append('rounds', roundRow({ round, cost: round / 3 }))
    runTables.append('decisions', {
      round,
      scheduler: 'random',
      decisionSeconds: 1e-5,
      computingSeconds: null,
    })
  }
  runTables.closeAll()
  directory.writeManifest(endedManifest(manifest, { status: 'finished', rounds, rows: runTables.rows }))
  directory.writeSummary(
    await summarize(directory.path, 1, [{ label: 'random', plugin: 'random', tier: 'counts' }]),
  )
  directory.close()
  return directory.path
}

async function rejectionOf(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(UserError)
  return error as UserError
}

describe('a run', () => {
  test('is read back as it was written', async () => {
    const directory = await finishedRun()
    const run = openRun(directory)
    expect(run.manifest.status).toBe('finished')
    expect(run.manifest.tables[0].rows).toBe(3)
    expect(run.scenario()).toEqual({ name: 'quickstart', seed: 1 })
    expect(run.summary()).toEqual(
      await summarize(directory, 1, [{ label: 'random', plugin: 'random', tier: 'counts' }]),
    )
    const rounds = await run.readTable('rounds', { columns: ['cost', 'scheduler'], rows: { start: 1 } })
    expect(rounds.columns.cost).toEqual(Float64Array.of(2 / 3, 1))
    expect(rounds.columns.scheduler).toEqual(['random', 'random'])
  })

  test('has figures that are no numbers as NaN, null in its JSON', async () => {
    const directory = await finishedRun(1)
    expect(JSON.parse(readFileSync(join(directory, 'summary.json'), 'utf8')).schedulers[0].cost).toEqual({
      mean: 1 / 3,
      std: null,
      q10: 1 / 3,
      median: 1 / 3,
      q90: 1 / 3,
    })
    expect(openRun(directory).summary().schedulers[0].cost.std).toBeNaN()
  })
})

describe('what cannot be read is named:', () => {
  test('a directory that is no run directory', () => {
    const directory = temporaryDirectory()
    for (const path of [directory, join(directory, 'missing')]) {
      const error = errorOf(() => openRun(path))
      expect(error).toBeInstanceOf(UserError)
      expect((error as UserError).message).toBe(`${path}: is no run directory: it has no manifest.json`)
    }
  })

  test.each(['', '{ "seed": 1', '[]', '{"sha256":"00"}'])('a manifest that reads %j', async (text) => {
    const directory = await finishedRun()
    writeFileSync(join(directory, 'manifest.json'), text)
    const error = errorOf(() => openRun(directory))
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toBe(
      `${join(directory, 'manifest.json')}: the file is damaged: its contents do not have the SHA-256 that it states`,
    )
  })

  test('a manifest with a wrong value, by its place', async () => {
    const directory = await finishedRun()
    writeFileSync(
      join(directory, 'manifest.json'),
      sealedJson({ ...manifest, cpu: { model: 'x', count: 'two' } }),
    )
    expect(() => openRun(directory)).toThrow('manifest.json: the file is damaged: cpu.count must be integer')
  })

  test('a summary or a scenario that is damaged', async () => {
    const directory = await finishedRun()
    writeFileSync(join(directory, 'summary.json'), '{ "rounds": 3 }')
    writeFileSync(join(directory, 'scenario.yaml'), 'name: [')
    const run = openRun(directory)
    for (const [read, file] of [
      [() => run.summary(), 'summary.json'],
      [() => run.scenario(), 'scenario.yaml'],
    ] as const) {
      const error = errorOf(read)
      expect(error).toBeInstanceOf(UserError)
      expect((error as UserError).message).toContain(`${join(directory, file)}: the file is damaged: `)
    }
  })

  test('a summary that a killed run never wrote', async () => {
    const directory = await finishedRun()
    rmSync(join(directory, 'summary.json'))
    writeFileSync(join(directory, 'manifest.json'), sealedJson(manifest))
    expect(() => openRun(directory).summary()).toThrow('is missing: the run was killed, or has not ended yet')
  })

  test('a table or a column, with the nearest that there is', async () => {
    const run = openRun(await finishedRun())
    const table = await rejectionOf(run.readTable('round'))
    expect(table.message).toContain('there is no table "round"; there are rounds, clients')
    expect(table.problems[0].suggestion).toBe('rounds')
    const column = await rejectionOf(run.readTable('rounds', { columns: ['costs'] }))
    expect(column.message).toContain('rounds.parquet: has no column "costs"; it has round, scheduler, cost')
    expect(column.problems[0].suggestion).toBe('cost')
  })

  test('a table that is missing', async () => {
    const directory = await finishedRun()
    rmSync(join(directory, 'rounds.parquet'))
    const error = await rejectionOf(openRun(directory).readTable('rounds'))
    expect(error.message).toBe(`${join(directory, 'rounds.parquet')}: is missing`)
  })

  test('a table that a killed run did not complete, and what can be done', async () => {
    const directory = createRunDirectory(temporaryDirectory(), 'quickstart', 'abcdef0123')
    directory.writeManifest(manifest)
    const runTables = new RunTables(directory.path)
    runTables.append('rounds', roundRow({}))
    expect(existsSync(join(directory.path, 'rounds.parquet.partial'))).toBe(true)
    const error = await rejectionOf(openRun(directory.path).readTable('rounds'))
    expect(error.message).toBe(
      `${join(directory.path, 'rounds.parquet')}: is not complete: the run was killed, or has not ended yet ` +
        `(rounds.parquet.partial is there). Wait for it to end, or go on with it: cotwin resume ${directory.path}`,
    )
    runTables.closeAll()
  })

  test('a table that is damaged, wherever it is cut or changed', async () => {
    const path = join(await finishedRun(50), 'rounds.parquet')
    const whole = readFileSync(path)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, difference, cut) => {
          const damaged = Uint8Array.from(whole)
          damaged[at] ^= difference
          writeFileSync(path, cut ? whole.subarray(0, at) : damaged)
          try {
            await (await StoredTable.open(path)).read()
            // A changed value cannot be told from another; a file that is cut always can.
            expect(cut).toBe(false)
          } catch (error) {
            expect(error).toBeInstanceOf(UserError)
            expect((error as UserError).message).toContain(`${path}: `)
          }
        },
      ),
      { numRuns: 400 },
    )
  })
})
