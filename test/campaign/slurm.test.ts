import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCampaign } from '../../core/campaign/campaign-file.js'
import { quoted, slurmJobs } from '../../core/campaign/slurm/scripts.js'
import { statusOf } from '../../core/campaign/status.js'
import { cotwin, start } from '../cli/cotwin.js'
import { lackOfSlurm, type SlurmCluster, startSlurm } from './slurm-cluster.js'
import { directoryWith, planIn, rowsOf, suiteFiles } from './support.js'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('what Slurm is asked', () => {
  test('is trainings, cells and the report, each after the other; the shell hears of the time limit, and not Node', async () => {
    const directory = directoryWith(suiteFiles())
    const { campaign } = await planIn(directory, { tasks: 3, workers: 2 })
    const [training] = campaign.tasks
    const tasks = [{ ...training, kind: 'training' as const }, ...campaign.tasks]
    const request = {
      time: '1:00:00',
      partition: 'short',
      throttle: 8,
      warnSeconds: 90,
      more: ['--account=mine'],
      cotwin: ['/opt/my node', 'main.js'],
    }
    const jobs = slurmJobs({ ...campaign, tasks }, request)
    expect(jobs.map(({ what, words }) => [what, words.filter((word) => /array|cpus/.test(word))])).toEqual([
      ['trainings', ['--array=1-1%8', '--cpus-per-task=1']],
      ['cells', ['--array=2-4%8', '--cpus-per-task=2']],
      ['report', []],
    ])
    expect(jobs[1].words).toEqual(
      expect.arrayContaining(['--partition=short', '--time=1:00:00', '--signal=B:USR1@90', '--account=mine']),
    )
    expect(jobs[1].script).toContain(
      `'/opt/my node' main.js campaign work ${campaign.directory} --plan ${campaign.id} --task "$SLURM_ARRAY_TASK_ID" &`,
    )
    expect(quoted(["it's", 'a b'])).toBe("'it'\\''s' 'a b'")
  })

  test('is printed by --dry-run, and refused where there is no Slurm', async () => {
    const directory = directoryWith(suiteFiles())
    const words = ['campaign', 'slurm', 'suite.yaml', '--out', 'out', '--tasks', '2', '--time', '30']
    const dry = await cotwin([...words, '--dry-run'], directory)
    expect(dry.code).toBe(0)
    const lines = dry.stdout.trim().split('\n').slice(-2)
    expect(lines[0]).toMatch(/^cells=\$\(sbatch --job-name=suite .*--array=1-2 .*\/out\/slurm\/cells.sh\)$/)
    expect(lines[1]).toMatch(/^report=\$\(sbatch .*--dependency=afterany:\$cells .*report.sh\)$/)
    const nowhere = await start(words, directory, undefined, { PATH: '/nowhere' }).ended
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringMatching(/^there is no sbatch here: expected a machine from which/),
    ])
  })
})

/** Processes start slowly: what has many of them runs where there is time. */
const long = test.skipIf(!process.env.COTWIN_LONG)

const lack = lackOfSlurm()
if (lack) process.stderr.write(`tests of Slurm are skipped: ${lack}\n`)

describe.skipIf(lack !== undefined)('on a cluster of one node', () => {
  let cluster: SlurmCluster
  beforeAll(async () => {
    cluster = await startSlurm(4)
  })
  afterAll(() => cluster?.stop())

  const run = (words: readonly string[], cwd: string) => start(words, cwd, undefined, cluster.env).ended
  const slurm = (words: readonly string[]) => ['campaign', 'slurm', 'suite.yaml', '--out', 'out', ...words]
  const ended = async () => {
    while (cluster.command('squeue', '--noheader').trim() !== '') await pause(200)
  }

  test('an array does all cells, and the job after it writes the report, as of a local run', async () => {
    const directory = directoryWith(suiteFiles())
    const out = join(directory, 'out')
    const submitted = await run(slurm(['--tasks', '2', '--time', '5']), directory)
    expect(submitted).toMatchObject({ code: 0, stderr: '' })
    expect(submitted.stdout).toMatch(/submitted: cells \d+, report \d+/)
    await ended()
    expect(statusOf(readCampaign(out))).toMatchObject({ cells: 12, finished: 12, failures: [] })
    for (const file of ['results.parquet', 'report.html']) expect(existsSync(join(out, file))).toBe(true)
    const local = await cotwin(['bench', 'suite.yaml', '--out', 'local', '--quiet', '--no-report'], directory)
    expect(local.code).toBe(0)
    expect(await rowsOf(out)).toEqual(await rowsOf(join(directory, 'local')))
  })

  long('what is cancelled runs no more, and Slurm says what is wrong with a request', async () => {
    const directory = directoryWith(suiteFiles(1000))
    const wrong = await run(slurm(['--time', '5', '--partition', 'none']), directory)
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^sbatch: .*partition/)])
    await run(slurm(['--tasks', '2', '--time', '5']), directory)
    const submitted = readCampaign(join(directory, 'out')).id
    const twice = await run(slurm(['--tasks', '2', '--time', '5']), directory)
    // Those that run have their tasks still.
    expect(readCampaign(join(directory, 'out')).id).toBe(submitted)
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringMatching(/Slurm still has jobs of this/)])
    const cancelled = await run(['campaign', 'cancel', 'out'], directory)
    expect(cancelled.stdout).toMatch(/^cancelled: \d+, \d+; what is finished is kept/)
    await ended()
    expect((await run(['campaign', 'cancel', 'out'], directory)).stdout).toMatch(/no more jobs/)
  })

  // A task that is begun again waits for some 20 s.
  long(
    'a task that is killed, and those that come to their time limit, go on',
    async () => {
      const start = performance.now()
      const files = suiteFiles(125)
      const suite = files['suite.yaml'].replace('random, ', '').replace('[2, 3]', '[40, 41]')
      const directory = directoryWith({ ...files, 'suite.yaml': suite })
      const out = join(directory, 'out')
      // 6 cells of 5 s in 2 tasks: 15 s each, told after some 10.
      await run(slurm(['--tasks', '2', '--time', '1', '--warn-seconds', '50']), directory)
      const workers = () => statusOf(readCampaign(out)).workers
      while (workers().length < 2) await pause(100)
      process.kill(workers()[0].pid, 'SIGKILL')
      await ended()
      const seconds = (performance.now() - start) / 1000
      process.stderr.write(`array, kill, limit, report: ${seconds.toFixed(1)} s\n`)
      const logs = readdirSync(join(out, 'slurm'))
        .filter((name) => name.endsWith('.out'))
        .map((name) => readFileSync(join(out, 'slurm', name), 'utf8'))
        .join('')
      expect(logs).toMatch(/ended with 137 and goes on/)
      expect(logs).toMatch(/ended with 75 and goes on/)
      expect(logs).toMatch(/report +\S+report.html/)
      expect(statusOf(readCampaign(out))).toMatchObject({ cells: 6, finished: 6, failures: [] })
      await cotwin(['bench', 'suite.yaml', '--out', 'local', '--quiet', '--workers', '6'], directory)
      expect(await rowsOf(out)).toEqual(await rowsOf(join(directory, 'local')))
    },
    900_000,
  )
})
