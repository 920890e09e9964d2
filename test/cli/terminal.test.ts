import { describe, expect, test } from 'vitest'
import { barLine } from '../../core/cli/terminal/progress-bar.js'
import { duration, progressLine, runBar } from '../../core/cli/terminal/progress-text.js'
import { RunProgress } from '../../core/cli/terminal/run-progress.js'
import { endingLines, summaryNote, summaryText } from '../../core/cli/terminal/summary-text.js'
import { widthOf } from '../../core/cli/terminal/table.js'
import {
  type Experiment,
  type RoundRecord,
  RunBus,
  type SchedulerSummary,
  type Summary,
} from '../../core/index.js'
import type { LearningRecord } from '../../core/observe/events.js'

/** The progress of a run of two schedulers at 16 rounds a second, of which some were played before it was resumed. */
function progressAfter(rounds: number, total: number, before = 0): RunProgress {
  const bus = new RunBus()
  let now = 0
  const schedulers = [{ label: 'swap-matching' }, { label: 'greedy' }]
  const experiment = { bus, schedulers, rounds: before, scenario: { rounds: total } } as unknown as Experiment
  const progress = new RunProgress(experiment, () => now)
  for (let round = before + 1; round <= rounds; round++) {
    for (const [i, { label }] of schedulers.entries()) {
      const record = { round, scheduler: label, cost: { cost: 1000 * (i + 1) + round } }
      bus.emit('scheduler:round', record as RoundRecord)
    }
    bus.emit('round:end', { round })
    now += 1 / 16
  }
  return progress
}

describe('progress', () => {
  test('as a line', () => {
    expect(progressLine(progressAfter(500, 2500))).toBe(
      'round 500 of 2,500 · 16.0 rounds/s · 2 min 05 s left',
    )
    expect(progressLine(progressAfter(0, 2500))).toBe('round 0 of 2,500')
    expect(progressLine(progressAfter(500, 2500, 400))).toBe(
      'round 500 of 2,500 · 16.0 rounds/s · 2 min 05 s left',
    )
  })

  test('as a bar that fits the window, with mean costs where there is room', () => {
    const progress = progressAfter(500, 2500)
    expect(barLine(runBar(progress), 120)).toBe(
      '████░░░░░░░░░░░░░░░░ 20 % 500/2,500 · 16.0 rounds/s · 2 min 05 s left' +
        ' · mean cost swap-matching 1,251, greedy 2,251',
    )
    expect(barLine(runBar(progress), 60)).toBe('20 % 500/2,500 · 16.0 rounds/s · 2 min 05 s left')
    for (let columns = 20; columns < 200; columns++)
      expect(barLine(runBar(progress), columns).length).toBeLessThanOrEqual(columns - 5)
  })

  test('tells of models in the order of the scenario, whichever learns first', () => {
    const bus = new RunBus()
    const schedulers = [{ label: 'b' }, { label: 'a' }]
    const experiment = { bus, schedulers, rounds: 0, scenario: { rounds: 2 } } as unknown as Experiment
    const progress = new RunProgress(experiment)
    for (const scheduler of ['centralized', 'a', 'b'])
      bus.emit('learning', { scheduler, loss: 1, accuracy: null } as LearningRecord)
    expect(progress.models.map(({ label }) => label)).toEqual(['b', 'a', 'centralized'])
  })

  test('time left in the units people use', () => {
    expect([0, 0.2, 59.1, 61, 3599.5, 4320, 273_600].map(duration)).toEqual([
      '0 s',
      '1 s',
      '1 min 00 s',
      '1 min 01 s',
      '1 h 00 min',
      '1 h 12 min',
      '3 d 4 h',
    ])
  })
})

describe('the summary of a run', () => {
  const scheduler = (label: string, cost: number, more: Partial<SchedulerSummary> = {}): SchedulerSummary => {
    const figure = (mean: number) => ({ mean, std: 0, q10: mean, median: mean, q90: mean })
    const figures = {
      cost: figure(cost),
      time: figure(2 * cost),
      energy: figure(230),
      decisionSeconds: figure(5e-4),
    }
    const counts = { rounds: 10, quit: 0, satOut: 0, served: 40, completed: 40, unfinished: 0, violations: 0 }
    return { label, plugin: label, tier: 'twin', ...figures, ...counts, ...more }
  }
  const summaryOf = (...schedulers: SchedulerSummary[]): Summary => ({
    runDirectory: '',
    rounds: 10,
    seed: 1,
    schedulers,
  })

  /** A scheduler beside a baseline, with a ratio that its means do not tell. */
  const beside = (
    own: SchedulerSummary,
    baseline: string,
    value: number,
    comparable = true,
  ): SchedulerSummary => {
    const estimate = { value, low: value, high: value }
    return {
      ...own,
      against: { baseline, rounds: 10, ratio: estimate, difference: estimate, won: 0.5, comparable },
    }
  }

  test('is a table, with the paired ratios to the baseline', () => {
    const summary = summaryOf(
      scheduler('swap-matching', 1000),
      beside(scheduler('greedy', 1500), 'swap-matching', 1.048),
    )
    expect(summaryText(summary, 80)).toBe(
      [
        'scheduler      tier  mean cost  ratio  served  time s  energy J  decision ms',
        'swap-matching  twin      1,000  1.000       4   2,000     230.0         0.50',
        'greedy         twin      1,500  1.048       4   3,000     230.0         0.50',
      ].join('\n'),
    )
  })

  test('does without the tier where that makes a table of it', () => {
    const summary = summaryOf(
      scheduler('swap-matching', 1000),
      beside(scheduler('greedy', 1500), 'swap-matching', 1.048),
    )
    expect(summaryText(summary, 72)).toBe(
      [
        'scheduler      mean cost  ratio  served  time s  energy J  decision ms',
        'swap-matching      1,000  1.000       4   2,000     230.0         0.50',
        'greedy             1,500  1.048       4   3,000     230.0         0.50',
      ].join('\n'),
    )
  })

  test('stays within its columns whatever schedulers are called, and tells them apart', () => {
    const labels = [1, 2].map((i) => `${'swap matching '.repeat(20)}${i}${' again'.repeat(20)}`)
    const summary = summaryOf(
      scheduler(labels[0], 1000),
      beside(scheduler(labels[1], 1500), labels[0], 1.048),
    )
    for (const columns of [120, 80, 60])
      expect(widthOf(summaryText(summary, columns))).toBeLessThanOrEqual(columns)
    const [, first, second] = summaryText(summary, 120).split('\n')
    expect(first.slice(0, 40)).not.toBe(second.slice(0, 40))
  })

  test('does not give a ratio digits that say nothing', () => {
    const random = beside(scheduler('random', 438_107_761), 'greedy', 438_108)
    const text = summaryText(summaryOf(scheduler('greedy', 1000), random), 99)
    expect(text).toMatch(/random +twin +4\.38×10⁸ +438,108 /)
  })

  test('names the median where a few rounds make most of a mean', () => {
    const [usual, other] = [scheduler('greedy', 1000), scheduler('random', 4000)]
    expect(summaryNote(summaryOf(usual))).toBe('means over rounds (decision: median)')
    const skewed = beside({ ...other, cost: { ...other.cost, median: 971.94 } }, 'greedy', 4)
    expect(summaryNote(summaryOf(usual, skewed))).toBe(
      'means over rounds (decision: median); ratio to greedy\n' +
        'a few rounds make most of a mean; median cost of random 971.9',
    )
  })

  test('has counts only where there is something to count', () => {
    const short = beside(scheduler('greedy', 1500, { rounds: 7, quit: 2, satOut: 12 }), 'random', 1.5)
    const [head, , row] = summaryText(summaryOf(scheduler('random', 1000), short), 200).split('\n')
    expect(head).toMatch(/^scheduler +tier +rounds +mean cost +ratio +served .* +decision ms +quit +sat out$/)
    expect(row).toMatch(/^greedy +twin +7 .* 2 +12$/)
  })

  test('says over which rounds a ratio is where schedulers did not get through as many', () => {
    const short = beside(scheduler('greedy', 1500, { rounds: 7, served: 28, completed: 28 }), 'random', 1.5)
    expect(summaryNote(summaryOf(scheduler('random', 1000), short))).toBe(
      'means over rounds (decision: median); ratio to random over the rounds that both played',
    )
  })

  test('shows who served how many, and calls no cost of fewer clients a lower one', () => {
    const half = beside(scheduler('half', 400, { satOut: 20, served: 20, completed: 20 }), 'all', 0.4, false)
    const nobody = beside(scheduler('nobody', 0, { satOut: 40, served: 0, completed: 0 }), 'all', 0, false)
    const summary = summaryOf(scheduler('all', 1000), half, nobody)
    const served = summaryText(summary, 200)
      .split('\n')
      .map((line) => line.split(/ {2,}/)[4])
    expect(served).toEqual(['served', '4', '2', '0'])
    expect(summaryNote(summary)).toContain(
      'fewer clients than all: half, nobody; costs of fewer do not compare',
    )
  })

  test('shows how many finished where some broke off, and compares nothing where nobody did', () => {
    const late = { completed: 0, unfinished: 40 }
    const summary = summaryOf(
      scheduler('swap-matching', 1000, late),
      beside(scheduler('greedy', 900, late), 'swap-matching', 0.9),
    )
    const [head, ...rows] = summaryText(summary, 200).split('\n')
    expect(head).toMatch(/ served +finished .* unfinished$/)
    for (const row of rows) expect(row).toMatch(/ 4 +0 .* 40$/)
    expect(summaryNote(summary)).toContain('no client finished a round: nothing to compare')
  })

  test('says why a scheduler ended before the rounds asked for', () => {
    const ended = { reason: 'everyone-gone', time: 5, message: 'nobody comes back after 5 s' } as const
    const summary = summaryOf(scheduler('random', 1000), scheduler('greedy', 1500, { rounds: 7, ended }))
    expect(endingLines(summary, 20)).toEqual([
      'greedy ended after 7 of 20 rounds: nobody comes back after 5 s',
    ])
  })

  test('fits a narrow window', () => {
    const text = summaryText(
      summaryOf(beside(scheduler('swap-matching', 1000), 'greedy', 0.6667), scheduler('greedy', 1500)),
      60,
    )
    expect(text).toBe(
      [
        'swap-matching (twin)',
        '  mean cost 1,000 · ratio 0.6667 · served 4 · time 2,000 s',
        '  energy 230.0 J · decision 0.50 ms',
        'greedy (twin)',
        '  mean cost 1,500 · ratio 1.000 · served 4 · time 3,000 s',
        '  energy 230.0 J · decision 0.50 ms',
      ].join('\n'),
    )
  })
})
