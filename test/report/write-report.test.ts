import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { UserError } from '../../core/errors.js'
import { compareSchedulers } from '../../core/report/comparison.js'
import { writeReport } from '../../core/report/index.js'
import { readReportData } from '../../core/report/read-report-data.js'
import type { ReportData } from '../../core/report/report-data.js'
import { endedManifest, startedManifest } from '../../core/results/manifest.js'
import { createRunDirectory } from '../../core/results/run-directory.js'
import { RunTables } from '../../core/results/run-tables.js'
import { summarize } from '../../core/results/summarize.js'
import { TableData } from '../../core/results/table-data.js'
import { cellRoundsTable } from '../../core/suite/execution/cell-tables.js'
import { syntheticRun } from './synthetic-run.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'report-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Stores a run as the recorder would, and returns its directory. */
function store(
  data: ReportData,
  status: 'finished' | 'interrupted' = 'finished',
  baseline: string | null = null,
): string {
  const run = createRunDirectory(directory, data.name, 'hash', {
    out: join(directory, `run-${status}-${baseline}`),
  })
  const { clients, servers, channels } = data.sizes
  const scenario = {
    name: data.name,
    description: data.description,
    rounds: data.roundsAsked,
    network: { clients: { count: clients }, servers: { count: servers }, channels: { count: channels } },
    objective: data.weights,
    report: { baseline },
    schedulers: data.schedulers.map(({ plugin, label }) => ({ plugin, label, options: {} })),
  }
  run.writeScenario(stringify(scenario))
  const plugins = data.schedulers.map(({ plugin, label, tier }) => ({
    kind: 'scheduler',
    name: plugin,
    label,
    tier,
  }))
  const manifest = startedManifest(
    { scenario: data.name, scenarioHash: 'abcdef0123456789', seed: data.seed, plugins, sources: [] },
    new Date('2025-03-04T05:06:07Z'),
  )
  const tables = new RunTables(run.path)
  const rows = data.schedulers.flatMap((each) =>
    new TableData(each.round.length, cellRoundsTable.columns, each).records.map((row) => ({
      ...row,
      scheduler: each.label,
    })),
  )
  for (const row of rows.sort((one, other) => one.round - other.round)) {
    tables.append('rounds', row)
    tables.append('decisions', {
      ...row,
      decisionSeconds: row.decisionSeconds ?? Number.NaN,
      computingSeconds: null,
    })
  }
  for (const quit of data.quits) tables.append('quits', quit)
  for (const round of [data.detail?.round ?? 1, 2]) {
    for (const position of data.detail?.positions ?? []) tables.append('positions', { ...position, round })
    for (const phase of data.detail?.phases ?? []) tables.append('phases', { ...phase, round })
    for (const link of data.detail?.links ?? []) tables.append('clients', { ...link, round })
  }
  tables.closeAll()
  run.writeManifest(endedManifest(manifest, { status, rounds: data.roundsDone, rows: tables.rows }))
  run.close()
  return run.path
}

describe('the report of a run directory', () => {
  test('reads back what was stored', async () => {
    const data = syntheticRun({ rounds: 30, quitting: 1 })
    const read = await readReportData(store(data))
    expect(read.schedulers).toEqual(data.schedulers)
    expect(read.quits).toEqual(data.quits)
    expect(read.detail).toEqual(data.detail)
    expect(read).toMatchObject({
      name: data.name,
      seed: 1,
      roundsAsked: 30,
      roundsDone: 30,
      status: 'completed',
      sizes: data.sizes,
      weights: data.weights,
      baseline: 'swap-matching',
    })
    expect(read.facts).toContainEqual({ name: 'started', value: '2025-03-04 05:06 UTC' })
  })

  test('takes the baseline and the ending from the run', async () => {
    const data = { ...syntheticRun({ rounds: 3 }), roundsAsked: 7 }
    const read = await readReportData(store(data, 'interrupted', 'greedy'))
    expect(read).toMatchObject({ baseline: 'greedy', status: 'interrupted', roundsAsked: 7, roundsDone: 3 })
  })

  test('shows the means that the summary holds', async () => {
    const data = syntheticRun({ rounds: 30 })
    const path = store(data)
    const { html } = await writeReport(path)
    const page = readFileSync(html, 'utf8')
    const { schedulers } = await summarize(path, 1, data.schedulers)
    for (const { cost, time, energy } of schedulers)
      for (const value of [cost.mean, cost.median, time.mean, energy.mean])
        expect(page).toContain(`data-value="${value}"`)
  })

  test('shows the ratios that the summary holds, with their intervals, whoever is the baseline', async () => {
    const data = syntheticRun({ rounds: 30 })
    const path = store(data, 'finished', 'greedy')
    const { html } = await writeReport(path)
    const page = readFileSync(html, 'utf8')
    const { schedulers } = await summarize(path, 1, data.schedulers, { baseline: 'greedy' })
    const compared = schedulers.flatMap(({ against }) => (against ? [against] : []))
    expect(compared).toHaveLength(data.schedulers.length - 1)
    const rows = compareSchedulers(await readReportData(path)).flatMap(({ against }) => against ?? [])
    for (const [i, { ratio, difference, won, comparable }] of compared.entries()) {
      expect(page).toContain(`data-value="${ratio.value}"`)
      expect(rows[i]).toMatchObject({ ratio, difference, won, comparable })
    }
  })

  test('is written beside the tables, and again with the same bytes', async () => {
    const path = store(syntheticRun({ rounds: 5 }))
    const { html, figures } = await writeReport(path)
    expect(html).toBe(join(path, 'report.html'))
    expect(figures.map((figure) => readFileSync(figure, 'utf8').slice(0, 4))).toEqual(
      figures.map(() => '<svg'),
    )
    const before = [html, ...figures].map((file) => readFileSync(file, 'utf8'))
    await writeReport(path)
    expect([html, ...figures].map((file) => readFileSync(file, 'utf8'))).toEqual(before)
    const names = [...readdirSync(path), ...readdirSync(join(path, 'figures'))]
    expect(names.filter((name) => name.includes('partial'))).toEqual([])
  })

  test('names the table that is missing', async () => {
    const path = store(syntheticRun({ rounds: 2 }))
    rmSync(join(path, 'rounds.parquet'))
    await expect(writeReport(path)).rejects.toThrow(UserError)
    await expect(writeReport(path)).rejects.toThrow(/rounds\.parquet.*missing/)
  })
})
