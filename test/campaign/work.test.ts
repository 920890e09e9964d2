import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCampaign, writeCampaign } from '../../core/campaign/campaign-file.js'
import { checkCompatible } from '../../core/campaign/compatible.js'
import { checkObjects } from '../../core/campaign/objects.js'
import { packCampaign, unpackCampaign } from '../../core/campaign/pack.js'
import { statusOf } from '../../core/campaign/status.js'
import { exitCodeOf, type WorkOptions, workOnTask } from '../../core/campaign/work.js'
import { workCommand } from '../../core/cli/commands/campaign.js'
import { campaignText } from '../../core/cli/terminal/campaign-text.js'
import { type RunSuiteOptions, runSuite } from '../../core/suite/run-suite.js'
import { builtInPlugins } from '../../plugins/index.js'
import { cotwin, start } from '../cli/cotwin.js'
import { mountSmallDisk } from '../files/small-disk.js'
import { builtWorker, small } from '../suite/support.js'
import { directoryWith, elsewhere, planIn, rowsOf, suiteFiles } from './support.js'

const workOn = (directory: string, task: number, options: Partial<WorkOptions> = {}) =>
  workOnTask(readCampaign(directory), { task, worker: builtWorker(), ...options })

const bench = (directory: string, options: Partial<RunSuiteOptions>) =>
  runSuite(join(directory, 'suite.yaml'), {
    plugins: builtInPlugins,
    worker: builtWorker(),
    workers: 1,
    ...options,
  })

describe('a campaign', () => {
  test('comes to the tables of a suite that ran here, on machines that have nothing but its directory', async () => {
    const directory = directoryWith(suiteFiles())
    const out = join(directory, 'out')
    const { campaign } = await planIn(directory, { tasks: 2 })
    expect(campaign.tasks.map(({ cells }) => cells)).toEqual([6, 6])
    expect(campaign.objects.map(({ path }) => path.split('/')[2]).sort()).toEqual(['places.csv', 'slow.mjs'])
    // Of the suite, its plugin and data nothing is there, nor any cotwin beside it.
    const other = elsewhere(out)
    const worked = await workOn(other, 2)
    expect([worked.finished, worked.failures, exitCodeOf(worked)]).toEqual([6, [], 0])
    expect(statusOf(readCampaign(other))).toMatchObject({ cells: 12, finished: 6, workers: [], failures: [] })
    expect((await workOn(out, 1)).finished).toBe(6)
    const merged = await bench(directory, { out, merge: [other], compute: false })
    expect([merged.reused, merged.finished, merged.foreign]).toEqual([12, 0, 0])
    for (const file of Object.values(merged.files)) expect(existsSync(file)).toBe(true)
    const local = join(directory, 'local')
    expect((await bench(directory, { out: local, report: false })).finished).toBe(12)
    expect(await rowsOf(out)).toEqual(await rowsOf(local))
  })

  test('planned again has nothing to do, and after a change what it changes', async () => {
    const directory = directoryWith(suiteFiles())
    const first = await planIn(directory, { tasks: 1, seeds: [1] })
    await workOn(join(directory, 'out'), 1)
    const again = await planIn(directory, { seeds: [1] })
    expect([again.finished, again.campaign.tasks]).toEqual([4, []])
    const more = await planIn(directory, { seeds: [1, 2] })
    expect([more.campaign.cells.length, more.campaign.tasks.map(({ cells }) => cells)]).toEqual([8, [4]])
    // What the plugin imports is part of it.
    writeFileSync(join(directory, 'helper.mjs'), 'export const ms = 2\n')
    const edited = await planIn(directory)
    expect([edited.finished, edited.campaign.cells.length]).toEqual([0, 12])
    expect(edited.campaign.id).not.toBe(first.campaign.id)
  })

  test('planned anew while others work goes on by the plan that they have', async () => {
    const directory = directoryWith(suiteFiles())
    const out = join(directory, 'out')
    const first = await planIn(directory, { tasks: 2 })
    const later = await planIn(directory, { tasks: 1, seeds: [1] })
    expect(readCampaign(out).id).toBe(later.campaign.id)
    const { id } = first.campaign
    for (const task of [1, 2]) await workOnTask(readCampaign(out, id), { task, worker: builtWorker() })
    await planIn(directory)
    expect(statusOf(readCampaign(out))).toMatchObject({ cells: 12, finished: 12, failures: [] })
    expect(() => readCampaign(out, '../x')).toThrow(/has no plan ..\/x; the last one is [0-9a-f]{8}/)
  })

  test('is refused by another build, another Node, and where a file is not what it is called by', async () => {
    const directory = directoryWith(suiteFiles())
    const out = join(directory, 'out')
    const { campaign } = await planIn(directory, { tasks: 1 })
    const { directory: _, id: __, ...file } = campaign
    const { programs } = file
    writeCampaign(out, { ...file, programs: 'abcdefabcdefabcdef' })
    await expect(workOn(out, 1)).rejects.toThrow(
      `of hash abcdefabcdef, and this is ${file.cotwin} of hash ${programs.slice(0, 12)}; expected the same build`,
    )
    writeCampaign(out, { ...file, node: '18.1.0' })
    await expect(workOn(out, 1)).rejects.toThrow(/planned with Node 18.1.0, .*expected Node 18, or --mixed/)
    expect(() => checkCompatible({ ...file, node: '18.1.0' }, undefined, true)).not.toThrow()
    writeCampaign(out, file)
    await expect(workOn(out, 2)).rejects.toThrow(/has one task, from 1; found 2/)

    const object = join(out, campaign.objects.find(({ path }) => path.endsWith('.mjs'))!.path)
    writeFileSync(object, readFileSync(object, 'utf8').replace('var ', 'let '))
    await expect(workOn(out, 1)).rejects.toThrow(/slow.mjs: is not what it is called by/)
    rmSync(object)
    await expect(workOn(out, 1)).rejects.toThrow(/slow.mjs: is missing; plan the campaign again/)

    const data = join(out, campaign.objects.find(({ path }) => path.endsWith('.csv'))!.path)
    writeFileSync(data, 'x,y\n1,1\n')
    await expect(workOn(out, 1)).rejects.toThrow(/places.csv: is not what it is called by/)
    await planIn(directory, { tasks: 1 })
    expect(readFileSync(data, 'utf8')).toBe(suiteFiles()['places.csv'])
  })

  test('of programs in Python takes what they import from their folder along', async () => {
    const directory = directoryWith({
      'suite.yaml': `scenarios: [small.yaml]
schedulers: [{ plugin: python, options: { program: ./ask.py } }]
seeds: 1
`,
      'small.yaml': small,
      'ask.py': 'import parts.of\nclass Ask: pass\n',
      'parts/of.py': 'x = 1\n',
    })
    const { campaign } = await planIn(directory)
    expect(() => checkObjects(campaign.directory, campaign.objects)).not.toThrow()
    const copy = join(directory, 'copy')
    unpackCampaign(packCampaign(campaign), copy)
    expect(() => checkObjects(copy, campaign.objects)).not.toThrow()
  })

  test('says why cells fail, and that it is no use to try again', async () => {
    const files = { ...suiteFiles(), 'helper.mjs': 'export const ms = 0\n' }
    const directory = directoryWith({
      ...files,
      'slow.mjs': files['slow.mjs'].replace('=> client)', '=> 0)'),
    })
    const out = join(directory, 'out')
    await cotwin(['campaign', 'plan', 'suite.yaml', '--out', 'out', '--tasks', '1'], directory)
    const worked = await cotwin(['campaign', 'work', 'out', '--task', '1'], directory)
    expect([worked.code, worked.stdout]).toEqual([2, 'task 1: 6 cells finished, 6 failed\n'])
    const { failures } = statusOf(readCampaign(out))
    expect(failures.map(({ what }) => what).sort()[0]).toBe('rounds = 2, slow, seed 1')
    expect(failures[0].problems.join()).toMatch(/C5|slot/)
    const missing = await cotwin(['campaign', 'collect', out, '--quiet'], directory)
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/rounds = 2, slow, seed 1: [\s\S]*6 cells of 12 are missing/),
    ])
  })
})

test('a worker whose disk is full keeps what is finished, and says that trying again may help', async (context) => {
  const disk = mountSmallDisk(520)
  if (!disk) return context.skip()
  try {
    const files = suiteFiles(0)
    const suite = files['suite.yaml'].replace('[2, 3]', '[4000]').replace('random, slow', 'random')
    const directory = directoryWith({ ...files, 'suite.yaml': suite })
    const out = join(disk.path, 'out')
    await planIn(directory, { tasks: 1, out })
    const worked = await workOn(out, 1)
    expect(worked.finished).toBeGreaterThan(0)
    expect(worked.failures.length).toBe(3 - worked.finished)
    expect(exitCodeOf(worked)).toBe(1)
    expect(worked.failures[0].problems.map(({ message }) => message).join()).toContain('(ENOSPC)')
    // With room it goes on from there.
    const roomy = elsewhere(out)
    const again = await workOn(roomy, 1)
    expect([again.reused, again.finished, again.failures]).toEqual([worked.finished, 3 - worked.finished, []])
  } finally {
    disk.unmount()
  }
})

describe('the command', () => {
  test('stops after a round when it is told to, goes on from there, and says so by its exit code', async () => {
    const files = suiteFiles(100)
    const suite = files['suite.yaml'].replace('rounds: [2, 3]', 'rounds: [30]').replace('random, ', '')
    const directory = directoryWith({ ...files, 'suite.yaml': suite.replace('seeds: 3', 'seeds: 1') })
    const plan = await cotwin(['campaign', 'plan', 'suite.yaml', '--out', 'out', '--tasks', '1'], directory)
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('1 cell; 1 task')])
    const words = ['campaign', 'work', 'out', '--task', '1']
    const first = start(words, directory)
    const cells = join(directory, 'out', 'cells')
    const played = () => {
      const { workers } = statusOf(readCampaign(join(directory, 'out')))
      return workers[0]?.inHand[0]?.played ?? 0
    }
    while (played() < 3) await new Promise((resolve) => setTimeout(resolve, 50))
    const status = campaignText(statusOf(readCampaign(join(directory, 'out'))))
    expect(status).toMatch(/^0 of 1 cell · 1 worker on 1 machine.*\n {2}\S+ \(process \d+, .*task 1/)
    first.child.kill('SIGTERM')
    const stopped = await first.ended
    expect([stopped.code, stopped.stdout]).toEqual([
      75,
      'task 1: 0 cells finished; stopped, and goes on when it is started again\n',
    ])
    const [folder] = readdirSync(cells)
    expect(readdirSync(join(cells, folder, 'checkpoints'))[0]).toMatch(/^round-\d+\.safetensors$/)
    await expect(workCommand(join(directory, 'out'), { task: 1, plan: '00000000' })).rejects.toThrow(
      /has no plan 00000000; the last one is/,
    )
    const second = await start(words.slice(0, 3), directory, undefined, { COTWIN_TASK: '1' }).ended
    expect([second.code, second.stdout]).toEqual([0, 'task 1: 1 cell finished\n'])
    expect(existsSync(join(cells, folder))).toBe(false)
    const collected = await cotwin(['campaign', 'collect', 'out', '--quiet'], directory)
    expect(collected).toMatchObject({ code: 0, stderr: '' })
    await expect(workCommand(join(directory, 'out'), {})).rejects.toThrow(
      'expected the number of a task, by --task or the variable COTWIN_TASK',
    )
  })
})
