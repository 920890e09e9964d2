import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openRun } from '../../core/index.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

const scenario = (schedulers: string) => `
rounds: 10
dynamics: dynamic
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
network: { clients: { flops: 1e11, joulesPerSample: 0.05 } }
round: { deadlineSeconds: 9 }
churn: { plugin: poisson, options: { meanStaySeconds: 60, meanAbsenceSeconds: 20 } }
faults: { outages: { ratePerSecond: 0.05, meanSeconds: 1 }, stragglers: pareto }
schedulers: ${schedulers}
`

async function played(directory: string, schedulers: string) {
  const path = join(directory, 'scenario.yaml')
  writeFileSync(path, scenario(schedulers))
  const out = join(directory, 'run')
  const { summary } = await run(path, { plugins: builtInPlugins, out, report: false })
  return { out, summary, stored: openRun(out) }
}

describe('a run in which clients break off', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-dynamic-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const { out, summary, stored } = await played(directory, '[random, max-sinr]')
  const rounds = await stored.readTable('rounds')
  const clients = await stored.readTable('clients')
  const faults = await stored.readTable('faults')

  test('counts who completed each round, and what the closed forms say of it', () => {
    const [completed, served] = [rounds.columns.completed, rounds.columns.served]
    expect(completed.some((count, row) => count < served[row])).toBe(true)
    for (let row = 0; row < rounds.rows; row++) {
      const label = rounds.columns.scheduler[row]
      const own = [...clients.columns.round].flatMap((round, i) =>
        round === rounds.columns.round[row] && clients.columns.scheduler[i] === label ? [i] : [],
      )
      expect(own).toHaveLength(served[row])
      const finished = own.filter((i) => clients.columns.completed[i] === 1)
      expect(finished).toHaveLength(completed[row])
      const energy = own.reduce((sum, i) => sum + clients.columns.energy[i], 0)
      expect(rounds.columns.energy[row]).toBeCloseTo(energy, 9)
      expect(rounds.columns.staticTime[row]).toBeGreaterThan(0)
      expect(rounds.columns.staticCost[row]).toBeGreaterThan(0)
    }
  })

  test('keeps nulls where a client did not get so far', () => {
    const [completed, time] = [clients.columns.completed, clients.columns.time]
    const [head, energy] = [clients.columns.headTime, clients.columns.energy]
    for (let row = 0; row < clients.rows; row++) {
      expect(Number.isNaN(time[row])).toBe(completed[row] === 0)
      expect(Number.isNaN(head[row])).toBe(completed[row] === 0)
      expect(energy[row]).toBeGreaterThanOrEqual(0)
    }
    const uplink = clients.columns.uplinkTime
    expect(uplink.some((value, row) => completed[row] === 0 && value > 0)).toBe(true)
    expect(uplink.some((value) => Number.isNaN(value))).toBe(true)
  })

  test('tells of every fault, with the client, link or server and when it ends', () => {
    expect(new Set(faults.columns.kind)).toEqual(new Set(['absence', 'outage', 'deadline']))
    const [client, server] = [faults.columns.client, faults.columns.server]
    for (const [row, kind] of faults.columns.kind.entries()) {
      expect(client[row]).toBeGreaterThanOrEqual(0)
      expect(Number.isNaN(server[row])).toBe(kind === 'absence')
      expect(faults.columns.end[row]).toBeGreaterThanOrEqual(faults.columns.start[row])
    }
  })

  test('is summed up with the rounds that came to their end and those that did not', () => {
    const labels = rounds.columns.scheduler
    for (const { label, completed, unfinished, satOut } of summary.schedulers) {
      const total = (column: 'served' | 'completed') =>
        [...rounds.columns[column]].reduce((sum, value, row) => sum + (labels[row] === label ? value : 0), 0)
      expect(completed).toBe(total('completed'))
      expect(unfinished).toBe(total('served') - total('completed'))
      expect(satOut).toBe(0)
    }
    expect(stored.summary()).toEqual(summary)
  })

  test('names the plugins that it was disturbed by', () => {
    const kinds = stored.manifest.plugins.map(({ kind, name }) => `${kind}/${name}`)
    expect(kinds).toEqual(expect.arrayContaining(['churn/poisson', 'compute-time/pareto']))
  })

  test('leaves the same tables again, byte for byte, whatever the order of the schedulers', async () => {
    const again = await played(temporaryDirectory(), '[max-sinr, random]')
    for (const table of ['rounds', 'clients', 'faults', 'phases']) {
      const bytes = (run: string) => readFileSync(join(run, `${table}.parquet`))
      expect(bytes(again.out).equals(bytes(out)), table).toBe(true)
    }
  })
})
