import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { summaryText } from '../../core/cli/terminal/summary-text.js'
import { openRunTable } from '../../core/results/read-run.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

const scenarioWith = (power: number) => `rounds: 3
network: { clients: { count: 5, waitingPowerW: ${power} }, servers: { count: 2 }, channels: { count: 3 } }
schedulers: [greedy]
`

async function playedWith(power: number) {
  const directory = temporaryDirectory()
  const file = join(directory, 'waiting.yaml')
  writeFileSync(file, scenarioWith(power))
  const { summary } = await run(file, { plugins: builtInPlugins, out: join(directory, 'out'), report: false })
  const clients = (await (await openRunTable(summary.runDirectory, 'clients')).read()).columns
  const rounds = (await (await openRunTable(summary.runDirectory, 'rounds')).read()).columns
  return { clients, rounds, summary }
}

test('what clients spend while they wait stands with each of them, in each round, and in the summary', async () => {
  const { clients, rounds, summary } = await playedWith(0.5)
  const totals = [0, 0, 0]
  clients.waitingEnergy.forEach((energy, row) => {
    const round = clients.round[row] - 1
    expect(energy).toBeCloseTo(0.5 * (rounds.time[round] - clients.time[row]!), 9)
    totals[round] += energy
  })
  for (const [round, energy] of rounds.waitingEnergy.entries()) expect(energy).toBeCloseTo(totals[round], 9)
  const [greedy] = summary.schedulers
  expect(greedy.waitingEnergy?.mean).toBeCloseTo(totals.reduce((a, b) => a + b) / 3, 9)
  expect(summaryText(summary, 120)).toMatch(/energy J {2}waiting J/)
})

test('nothing is said of it where waiting takes none', async () => {
  const { clients, summary } = await playedWith(0)
  expect(clients.waitingEnergy.every((energy) => energy === 0)).toBe(true)
  expect(summary.schedulers[0].waitingEnergy).toBeUndefined()
  expect(summaryText(summary, 120)).not.toContain('waiting')
})
