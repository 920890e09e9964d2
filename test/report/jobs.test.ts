import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compareSchedulers } from '../../core/report/comparison.js'
import { headline } from '../../core/report/headline.js'
import { readReportData } from '../../core/report/read-report-data.js'
import { openRun } from '../../core/results/read-run.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'

const scenario = fileURLToPath(new URL('../../scenarios/jobs.yaml', import.meta.url))

test('jobs have a line for every scheduler, a column, curves, and are compared with themselves alone', async () => {
  const out = join(mkdtempSync(join(tmpdir(), 'cotwin-')), 'run')
  const { summary } = await run(scenario, { plugins: builtInPlugins, overrides: ['rounds=30'], out })
  const lines = ['swap matching', 'hardest first'].flatMap((s) => [`${s}, whole`, `${s}, split`])
  expect(summary.schedulers.map(({ label }) => label).sort()).toEqual([...lines].sort())
  const total = (scheduler: string) =>
    summary.schedulers.reduce((sum, { label, rounds }) => sum + (label.startsWith(scheduler) ? rounds : 0), 0)
  expect([total('swap matching'), total('hardest first'), summary.rounds]).toEqual([30, 30, 30])
  expect(summary.schedulers.every(({ ended }) => ended === undefined)).toBe(true)
  const rounds = await openRun(out).readTable('rounds')
  expect(rounds.columns.job?.filter((job) => job === 'split').length).toBe(
    summary.schedulers.reduce((sum, { job, rounds: own }) => sum + (job === 'split' ? own : 0), 0),
  )
  const data = await readReportData(out)
  expect(data.learning?.models.map(({ label }) => label).sort()).toEqual([...lines].sort())
  const rows = compareSchedulers(data)
  for (const { label, against } of rows) expect(against !== undefined).toBe(label.startsWith('hardest'))
  expect(headline(data, rows)).toMatch(/^30 rows are aggregations of several jobs/)
  const page = readFileSync(join(out, 'report.html'), 'utf8')
  expect(page).not.toContain('ended before')
  // The first row is recorded in detail: whose it is, and who had a part in it.
  const { detail } = data
  const ofFirst = new Set(
    rounds.columns.scheduler.map((s, row) => `${s}, ${rounds.columns.job?.[row]}`).slice(0, 2),
  )
  expect(new Set(detail?.links.map(({ scheduler }) => scheduler))).toEqual(ofFirst)
  const parts = new Set(detail?.links.map(({ scheduler, client }) => `${scheduler} ${client}`))
  expect(detail?.phases.length).toBeGreaterThan(0)
  for (const { scheduler, client } of detail!.phases)
    if (client !== null) expect(parts).toContain(`${scheduler} ${client}`)
  for (const { kind, scheduler, index } of detail!.positions)
    if (kind === 'client') expect(parts).toContain(`${scheduler} ${index}`)
  expect(page).toContain('Round 1 on the clock')
  expect(page).toContain('federated, cost 1 · time (s) + 0 · energy (J)')
})
