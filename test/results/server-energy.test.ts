import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { summaryText } from '../../core/cli/terminal/summary-text.js'
import type { RunTableName } from '../../core/observe/tables.js'
import { openRunTable } from '../../core/results/read-run.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

async function played(text: string) {
  const directory = temporaryDirectory()
  const file = join(directory, 'servers.yaml')
  writeFileSync(file, text)
  const { summary } = await run(file, { plugins: builtInPlugins, out: join(directory, 'out'), report: false })
  const tableOf = async <N extends RunTableName>(name: N) =>
    (await (await openRunTable(summary.runDirectory, name)).read()).columns
  return { summary, tableOf }
}

const scenario = (servers: string, more = '') => `rounds: 3
network: { clients: { count: 5 }, servers: { count: 2${servers} }, channels: { count: 3 } }
schedulers: [greedy]
${more}`

test('what servers spend stands by server, in each round, and in the summary', async () => {
  const { summary, tableOf } = await played(scenario(', computingPowerW: 150, idlePowerW: [40, 0]'))
  const [servers, rounds] = [await tableOf('servers'), await tableOf('rounds')]
  expect([...servers.server]).toEqual([0, 1, 0, 1, 0, 1])
  const totals = [0, 0, 0]
  for (const [row, energy] of [...servers.energy].entries()) {
    const round = servers.round[row] - 1
    totals[round] += energy
    expect(servers.idleEnergy[row]).toBeCloseTo(servers.server[row] === 0 ? 40 * rounds.time[round] : 0, 9)
    const parts = servers.computingEnergy[row] + servers.downlinkEnergy[row] + servers.idleEnergy[row]
    expect(energy).toBeCloseTo(parts, 9)
  }
  for (const [round, total] of totals.entries()) expect(rounds.serverEnergy[round]).toBeCloseTo(total, 9)
  expect(summary.schedulers[0].serverEnergy?.mean).toBeCloseTo(totals.reduce((a, b) => a + b) / 3, 9)
  expect(summaryText(summary, 160)).toContain('servers J')
})

test('nothing is said of it where the scenario does not say what servers take', async () => {
  const { summary, tableOf } = await played(scenario(''))
  expect((await tableOf('servers')).server).toHaveLength(0)
  expect([...(await tableOf('rounds')).serverEnergy]).toEqual([0, 0, 0])
  expect(summary.schedulers[0].serverEnergy).toBeUndefined()
  expect(summaryText(summary, 160)).not.toContain('servers')
})

test('virtual queues stand behind each round, client by client', async () => {
  const budget = 20
  const { tableOf } = await played(
    scenario(
      '',
      `objective: { terms: [participation, { plugin: energy-queues, label: held, options: { joulesPerRound: ${budget} } }] }\n`,
    ),
  )
  const [queues, clients] = [await tableOf('queues'), await tableOf('clients')]
  expect(queues.length).toHaveLength(3 * 5)
  const length = new Float64Array(5)
  for (let row = 0; row < 15; row++) {
    const [round, client] = [queues.round[row], queues.client[row]]
    const spent = [...clients.energy].find(
      (_, i) => clients.round[i] === round && clients.client[i] === client,
    )
    length[client] = Math.max(0, length[client] + (spent ?? 0) - budget)
    expect(queues.length[row]).toBeCloseTo(length[client], 9)
    expect([queues.term[row], queues.objective[row]]).toEqual([1, 'held'])
  }
  expect(Math.max(...length)).toBeGreaterThan(0)
})
