import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sealedJson } from '../../core/files/sealed-json.js'
import { always, double, integer, missing, table, text } from '../../core/observe/table.js'
import { roundsTable, tables } from '../../core/observe/tables.js'
import { startedManifest } from '../../core/results/manifest.js'
import { TableWriter } from '../../core/results/parquet-table.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { restoredSummary, storedSummary } from '../../core/results/summary.js'
import { readTrainingSummary, type TrainingSummary } from '../../core/results/training-results.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { roundRow } from './round-row.js'

const written = table('written', 'as it was', [integer('round', 'when'), text('label', 'whose')])

function fileOf(): string {
  const path = join(temporaryDirectory(), 'written.parquet')
  const writer = new TableWriter(path, written)
  writer.append({ round: 1, label: 'a' })
  writer.append({ round: 2, label: 'b' })
  writer.close()
  return path
}

describe('a table that is read as what it is defined to be', () => {
  test('has a column that rows may lack where its file is of before there was one', async () => {
    const now = table('now', 'as it is', [...written.columns, missing(double('cost', '', 'what'))])
    const data = await (await StoredTable.open(fileOf(), now)).read()
    expect(data.columns.cost).toEqual(Float64Array.of(Number.NaN, Number.NaN))
    expect(data.records).toEqual([
      { round: 1, label: 'a', cost: null },
      { round: 2, label: 'b', cost: null },
    ])
  })

  test('is refused where its file lacks another column, or has one of another type', async () => {
    const more = table('more', 'as it is', [...written.columns, double('cost', '', 'what')])
    await expect((await StoredTable.open(fileOf(), more)).read()).rejects.toThrow(
      'has no column "cost"; it has round, label',
    )
    const other = table('other', 'as it is', [integer('round', 'when'), integer('label', 'which')])
    await expect((await StoredTable.open(fileOf(), other)).read()).rejects.toThrow(
      'column label is not INT32',
    )
  })
})

test('a manifest describes the columns that rows are written by', () => {
  const { tables: described } = startedManifest({
    scenario: 's',
    scenarioHash: 'h',
    seed: 1,
    plugins: [],
    sources: [],
  })
  expect(described.map(({ name }) => name)).toEqual(tables.map(({ name }) => name))
  expect(always(roundsTable.columns).map(({ name }) => name)).toEqual(Object.keys(roundRow({})))
  expect(described[0].columns).toEqual(roundsTable.columns)
})

describe('JSON', () => {
  const validation = { cost: Number.POSITIVE_INFINITY, ratio: 2, geometricRatio: 1.5 }
  const training: TrainingSummary = {
    trainingDirectory: 'd',
    scenario: 's',
    scenarioHash: 'h',
    seed: 1,
    criterion: 'mean',
    validationRounds: 4,
    referenceCost: 3,
    schedulers: [
      {
        label: 'a',
        plugin: 'd3qn',
        tier: 'counts',
        weights: 'a.safetensors',
        ended: 'finished',
        episodes: 1,
        rounds: 2,
        updates: 3,
        seconds: 0.5,
        best: { ...validation, rounds: 2 },
        last: validation,
      },
    ],
    made: { endedAt: 'now', cotwin: '0', node: '20', processor: 'x' },
  }
  const store = (value: object): string => {
    const path = join(temporaryDirectory(), 'summary.json')
    writeFileSync(path, sealedJson(value))
    return path
  }

  test('of a training is read as it was, also what is not finite', () => {
    expect(readTrainingSummary(store(training))).toEqual(training)
  })

  test.each([
    [{ ...training, criterion: 'median' }, 'criterion must be equal to one of the allowed values'],
    [
      { ...training, schedulers: [{ ...training.schedulers[0], rounds: '2' }] },
      'schedulers.0.rounds must be integer',
    ],
    [{ ...training, made: undefined }, "it must have required property 'made'"],
  ])('of a training that is none is refused: %#', (value, message) => {
    expect(() => readTrainingSummary(store(value))).toThrow(message)
  })

  test('of a run has null for what is not finite, and reads it as NaN', () => {
    const none = { mean: Number.NaN, std: 0, q10: 1, median: 1, q90: 1 }
    const counts = { rounds: 0, quit: 0, satOut: 0, served: 0, completed: 0, unfinished: 0, violations: 0 }
    const figures = { cost: none, time: none, energy: none, decisionSeconds: none }
    const names = { label: 'a', plugin: 'random', tier: 'counts' }
    const summary = {
      runDirectory: 'd',
      rounds: 0,
      seed: 1,
      schedulers: [{ ...names, ...counts, ...figures }],
    }
    const json = JSON.parse(JSON.stringify(storedSummary(summary)))
    expect(json.schedulers[0].cost.mean).toBeNull()
    expect(restoredSummary(json)).toEqual(summary)
  })
})
