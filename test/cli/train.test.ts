import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerTo, cotwin, directoryWith, smallNetwork, start } from './cotwin.js'

const scenario = `rounds: 3\n${smallNetwork}training: { validationRounds: 5, validateEvery: 2 }\n`
const searching = `${scenario}schedulers: [greedy, { plugin: static, label: fixed slots, options: { networks: 16, descents: 3 } }]\n`
const long = searching.replace('networks: 16, descents: 3', 'networks: 200, descents: 2000')

describe.concurrent('cotwin train', () => {
  test('tells how it goes, prints the summary, and leaves weights and a report', async () => {
    const cwd = directoryWith({ 'small.yaml': searching })
    const { code, stdout, stderr } = await cotwin(['train', 'small.yaml', '--json', '--out', 'out'], cwd)
    expect(code).toBe(0)
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({
      trainingDirectory: 'out',
      scenario: 'small',
      validationRounds: 5,
      schedulers: [{ label: 'fixed slots', plugin: 'static', tier: 'counts', ended: 'finished' }],
    })
    expect(existsSync(join(cwd, summary.schedulers[0].weights))).toBe(true)
    expect(readFileSync(join(cwd, 'out', 'report.html'), 'utf8')).toContain('learning-curve')
    expect(stderr).toMatch(/^fixed slots · 0 % · .*validation [\d.,]+ × swap matching/m)
    expect(stderr).toMatch(/fixed slots · 100 % ·/)
  })

  test('is quiet when asked', async () => {
    const cwd = directoryWith({ 'small.yaml': searching })
    const ended = await answerTo(['train', 'small.yaml', '--quiet'], cwd)
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(existsSync(join(cwd, 'trainings'))).toBe(true)
  })

  test('Ctrl-C keeps the best so far, and says how to go on', async () => {
    const cwd = directoryWith({ 'small.yaml': long })
    const { child, says, ended } = start(['train', 'small.yaml', '--json', '--out', 'out'], cwd)
    await says(/fixed slots · 1 %/)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect(code).toBe(130)
    expect(JSON.parse(stdout).schedulers[0]).toMatchObject({ ended: 'interrupted' })
    expect(existsSync(join(cwd, 'out', 'fixed%20slots.safetensors'))).toBe(true)
    expect(stderr.trimEnd().split('\n').slice(-1)).toEqual(['interrupted; cotwin resume out goes on with it'])
    const again = start(['resume', 'out'], cwd)
    await again.says(/fixed slots · [2-9] %/)
    again.child.kill('SIGINT')
    expect((await again.ended).code).toBe(130)
  })

  test('refuses what it cannot train, without a directory left behind', async () => {
    const cwd = directoryWith({ 'small.yaml': `${scenario}schedulers: [greedy]\n` })
    const { code, stderr } = await answerTo(['train', 'small.yaml'], cwd)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^small.yaml:4:13: schedulers: none of greedy learns; expected a scheduler that can/,
    )
    expect(existsSync(join(cwd, 'trainings'))).toBe(false)
  })

  test.each([
    [['train'], 'expected either a scenario to train, or --resume with the directory of a training'],
    [
      ['train', 'small.yaml', '--resume', 'out'],
      'expected either a scenario to train, or --resume with the directory of a training',
    ],
    [
      ['train', '--resume', 'out', '--seed', '2'],
      '--resume goes on with a training as it began; expected no other settings with it',
    ],
    [['train', '--resume', 'none'], 'none: is no training directory: it has no training.json'],
  ])('%j is not how it is called', async (words, message) => {
    const { code, stderr } = await answerTo(words, directoryWith({ 'small.yaml': searching }))
    expect([code, stderr.trimEnd()]).toEqual([2, message])
  })
})
