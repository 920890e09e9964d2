import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { CellStore } from '../../core/suite/execution/cell-store.js'
import { directoryWith } from './support.js'

/** The address of a built program, as a literal. */
const program = (name: string) => JSON.stringify(join(inject('built'), `${name}.js`))

/** What a process that plans and follows so many cells takes. */
interface Taken {
  readonly planSeconds: number
  readonly statusSeconds: number
  readonly megabytes: number
  readonly makespan: number
  readonly bound: number
}

/**
 * Plans and follows a campaign in a process of its own, its cells done by an engine that takes no time: each of 8 workers
 * takes the next task when it has done the one before, on a clock of its own.
 */
function simulated(cells: number): Taken {
  const directory = directoryWith({
    'small.yaml':
      'rounds: 1\nnetwork: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 3 } }\nschedulers: [random]\n',
    'suite.yaml': `scenarios: [small.yaml]
schedulers: [random, greedy, max-sinr, hardest-first]
sweep: { rounds: [1, 2, 4, 8, 16] }
seeds: ${cells / 20}
`,
  })
  const text = `
    import { readdirSync, mkdirSync, writeFileSync } from 'node:fs'
    import { join } from 'node:path'
    const { builtInPlugins } = await import(${program('plugins/index')})
    const { planCampaign } = await import(${program('core/campaign/plan')})
    const { readTask } = await import(${program('core/campaign/task-file')})
    const { statusOf } = await import(${program('core/campaign/status')})
    const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }
    const out = join(process.argv[1], 'out')
    let start = cpu()
    const { campaign } = await planCampaign(join(process.argv[1], 'suite.yaml'), { plugins: builtInPlugins, workers: 1, out, tasks: 400 })
    const planSeconds = cpu() - start
    const clocks = new Float64Array(8)
    let statusSeconds = 0
    let looks = 0
    mkdirSync(join(out, 'cells'), { recursive: true })
    for (let task = 1; task <= campaign.tasks.length; task++) {
      const worker = clocks.indexOf(Math.min(...clocks))
      const { cells } = readTask(campaign, task)
      const seconds = new Map(campaign.cells.map((cell) => [cell.address, cell.seconds]))
      for (const cell of cells) {
        clocks[worker] += seconds.get(cell.address)
        writeFileSync(join(out, 'cells', cell.address + '.json'), '')
      }
      if (task % 100 > 0) continue
      start = cpu()
      statusOf(campaign)
      statusSeconds += cpu() - start
      looks++
    }
    const { finished } = statusOf(campaign)
    if (finished !== ${cells}) throw new Error('not all are finished: ' + finished)
    const all = campaign.cells.map((cell) => cell.seconds)
    const bound = Math.max(all.reduce((sum, each) => sum + each, 0) / 8, ...all.slice(0, 1000))
    const megabytes = process.resourceUsage().maxRSS / 1024
    console.log(JSON.stringify({ planSeconds, statusSeconds: statusSeconds / looks, megabytes, makespan: Math.max(...clocks), bound }))`
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', text, directory], { encoding: 'utf8' }),
  ) as Taken
}

test('whoever plans and follows many cells takes little memory, and time in proportion to them', () => {
  const [few, many] = process.env.COTWIN_LONG ? [2000, 10_000] : [400, 2000]
  const [small, large] = [simulated(few), simulated(many)]
  process.stderr.write(`${few} and ${many} cells: ${JSON.stringify([small, large])}\n`)
  expect(large.megabytes).toBeLessThan(500)
  const growth = many / few
  expect(large.planSeconds / small.planSeconds).toBeLessThan(1.5 * growth)
  expect(large.statusSeconds / small.statusSeconds).toBeLessThan(2 * growth)
  expect(large.makespan / large.bound).toBeLessThan(1.1)
})

/** Writes the same cell again and again, from two processes that both are number 1 where that can be had. */
test('two processes of one number that write the same cell at once leave it whole', async () => {
  const times = process.env.COTWIN_LONG ? 200 : 20
  const directory = join(directoryWith(), 'cells')
  mkdirSync(directory)
  const text = `
    const { CellStore } = await import(${program('core/suite/execution/cell-store')})
    const { rmSync } = await import('node:fs')
    const [, directory, times, own] = process.argv
    const row = { round: 1, cost: 1, time: 1, energy: 1, staticCost: 1, staticTime: 1, startTime: 0, decisionTime: 0, active: 1, served: 1, completed: 1, waitingEnergy: 0, serverEnergy: 0, backhaulEnergy: 0, violations: 0, bound: null }
    let whole = 0
    for (let i = 0; i < Number(times); i++) {
      const address = 'cell' + i
      const store = new CellStore(directory)
      const record = { address, scheduler: 'x', plugin: 'x', tier: 'counts', seed: 1, rounds: 400, quit: 0, seconds: 1, workers: 1, endedAt: '', cotwin: '0', node: '20', cpu: own, host: own }
      store.write(record, { rounds: Array.from({ length: 400 }, (_, i) => ({ ...row, round: i + 1, decisionSeconds: Number(own) + i })), learning: [], reference: [] })
      if (new CellStore(directory).record(address)) whole++
    }
    console.log(process.pid, whole)`
  const apart = canUnshare() ? ['unshare', '--pid', '--fork', '--kill-child'] : []
  const run = (own: string) =>
    new Promise<string>((resolve, reject) => {
      const [command, ...words] = [
        ...apart,
        process.execPath,
        '--input-type=module',
        '-e',
        text,
        directory,
        String(times),
        own,
      ]
      const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] })
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (data) => {
        output += data
      })
      child.on('error', reject)
      child.on('close', () => resolve(output.trim()))
    })
  const said = await Promise.all([run('1'), run('2')])
  if (apart.length > 0) expect(said.map((each) => each.split(' ')[0])).toEqual(['1', '1'])
  const store = new CellStore(directory)
  const cells = Array.from({ length: times }, (_, i) => `cell${i}`)
  expect(cells.filter((address) => !store.record(address))).toEqual([])
  expect(readdirSync(directory).length).toBe(2 * times)
})

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--pid', '--fork', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
