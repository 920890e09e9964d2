import { describe, expect, test } from 'vitest'
import type { RunEvents } from '../../core/index.js'
import type { TwinRecord } from '../../core/observe/events.js'
import { definePlugin, type SavedState, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const twinOf = async (text: string): Promise<TwinRecord[]> => observed(await experimentOf(text), 'twin')
const scenario = (twin: string, more = '') =>
  `rounds: 30\nnetwork: { clients: { count: 6 }, channels: { count: 4 } }\ntwin: ${twin}\nschedulers: [hardest-first, max-sinr]\n${more}`

describe('what the twin predicts', () => {
  test('is what comes of it where the twin makes no errors', async () => {
    const records = await twinOf(scenario('{}'))
    expect(records).toHaveLength(60)
    for (const { predictedCost, cost, predictedTime, time, age } of records) {
      expect(predictedCost).toBeCloseTo(cost, 9)
      expect(predictedTime).toBeCloseTo(time, 9)
      expect(age).toBe(0)
    }
  })

  test('decides like a perfect twin then, which tells nothing', async () => {
    expect(await recordsOf(scenario('{}'))).toEqual(
      (await recordsOf(scenario('perfect'))).map((record) => ({ ...record, bound: null })),
    )
    expect(await twinOf(scenario('perfect'))).toEqual([])
  })

  test('includes the decision', async () => {
    const records = await twinOf(scenario('{}', 'decisionTime: { seconds: 7 }'))
    for (const { predictedTime, time } of records) expect(predictedTime).toBeCloseTo(time, 9)
  })

  test('is off the more, the larger the errors, and rounds cost the more', async () => {
    const figures = []
    for (const gainErrorDb of [0, 3, 12]) {
      const records = (await twinOf(scenario(`{ gainErrorDb: ${gainErrorDb} }`))).filter(
        ({ scheduler }) => scheduler === 'hardest-first',
      )
      const mean = (of: (record: TwinRecord) => number) =>
        records.reduce((sum, record) => sum + of(record), 0) / records.length
      figures.push({
        gap: mean(({ cost, predictedCost }) => Math.abs(Math.log(cost / predictedCost))),
        cost: mean(({ cost }) => Math.log(cost)),
      })
    }
    expect(figures[0].gap).toBeLessThan(1e-9)
    expect(figures[1].gap).toBeLessThan(figures[2].gap)
    expect(figures[1].cost).toBeLessThan(figures[2].cost)
  })

  test('costs are those of the physical network: the same decision costs the same under any twin', async () => {
    const fixed = definePlugin({
      kind: 'scheduler',
      name: 'fixed-slots',
      summary: 'client n takes slot n',
      tier: 'twin',
      options: Type.Object({}, { additionalProperties: false }),
      create: () => ({
        decide: ({ parameters }) => Int32Array.from({ length: parameters.clients }, (_, n) => n),
      }),
    })
    const costs = async (twin: string) =>
      (await recordsOf(`rounds: 5\ntwin: ${twin}\nschedulers: [fixed-slots]`, [fixed])).map(
        ({ cost }) => cost.cost,
      )
    expect(await costs('{ gainErrorDb: 10, everyRounds: 3, positionErrorM: 50 }')).toEqual(
      await costs('perfect'),
    )
  })

  test('every scheduler meets with the same errors', async () => {
    const one = await twinOf(scenario('{ gainErrorDb: 4, missingClients: 0.3 }'))
    const other = await twinOf(
      scenario('{ gainErrorDb: 4, missingClients: 0.3 }').replace(
        '[hardest-first, max-sinr]',
        '[max-sinr, random]',
      ),
    )
    const ofMaxSinr = (records: TwinRecord[]) => records.filter(({ scheduler }) => scheduler === 'max-sinr')
    expect(ofMaxSinr(other)).toEqual(ofMaxSinr(one))
  })
})

describe('a deviation', () => {
  const twin = '{ gainErrorDb: 12, deviation: { window: 5, threshold: 0.1, fineTuneSteps: 2 } }'

  test('is told when its mean over the window is beyond the threshold, and the window starts anew', async () => {
    const experiment = await experimentOf(scenario(twin))
    const told: Parameters<RunEvents['twin:deviation']>[0][] = []
    experiment.bus.on('twin:deviation', (deviation) => void told.push(deviation))
    const records = (await observed(experiment, 'twin')).filter(
      ({ scheduler }) => scheduler === 'hardest-first',
    )
    const first = records.findIndex(({ deviation }) => deviation !== null)
    expect(first).toBeGreaterThanOrEqual(4)
    const window = records.slice(first - 4, first + 1)
    const gaps = window.map(({ cost, predictedCost }) => Math.abs(Math.log(cost / predictedCost)))
    expect(records[first].deviation).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap, 0) / 5, 12)
    const rounds = told.filter(({ scheduler }) => scheduler === 'hardest-first').map(({ round }) => round)
    expect(rounds[0]).toBe(first + 1)
    for (let i = 1; i < rounds.length; i++) expect(rounds[i] - rounds[i - 1]).toBeGreaterThanOrEqual(5)
    // Neither scheduler learns.
    expect(records.every(({ tuned }) => !tuned)).toBe(true)
  })

  test('trains a scheduler that learns on, from the policy it has', async () => {
    const log: string[] = []
    const state = (level: number): SavedState => ({ values: { level }, arrays: {} })
    const learner = definePlugin({
      kind: 'scheduler',
      name: 'learner',
      summary: 'counts how far it was trained',
      tier: 'twin',
      options: Type.Object({}, { additionalProperties: false }),
      create: () => {
        let level = 0
        return {
          decide: ({ parameters }) => Int32Array.from({ length: parameters.clients }, (_, n) => n),
          save: () => state(level),
          restore: ({ values }) => {
            level = values.level as number
            log.push(`restored ${level}`)
          },
          train: async (environment, start) => {
            let at = start?.values.level as number
            log.push(`trains from ${at} on ${environment.parameters.clients} clients`)
            return {
              advance: async () => {
                at++
                return {
                  episode: 0,
                  rounds: 0,
                  updates: at,
                  exploration: 0,
                  loss: null,
                  done: 0,
                }
              },
              validate: async () => new Float64Array(),
              policy: () => state(at),
              save: () => state(at),
              restore: () => {},
              dispose: () => log.push('disposed'),
            }
          },
        }
      },
    })
    const text = `rounds: 11\nnetwork: { clients: { count: 6 } }\ntwin: ${twin}\nschedulers: [learner]`
    const records = await observed(await experimentOf(text, [learner]), 'twin')
    const tuned = records.filter((record) => record.tuned).length
    expect(tuned).toBeGreaterThan(0)
    expect(log).toEqual(
      Array.from({ length: tuned }, (_, i) => [
        `trains from ${2 * i} on 6 clients`,
        `restored ${2 * i + 2}`,
        'disposed',
      ]).flat(),
    )
  })
})

test('an experiment that is resumed has the twin it had', async () => {
  const text = scenario('{ everyRounds: 4, gainErrorDb: 3, missingClients: 0.5, prediction: hold }')
  const whole = await twinOf(text)
  const first = await experimentOf(text)
  const stop = new AbortController()
  first.bus.on('round:end', ({ round }) => {
    if (round === 10) stop.abort()
  })
  await first.run(stop.signal)
  const second = await experimentOf(text)
  second.restore(structuredClone(first.save()))
  expect(await observed(second, 'twin')).toEqual(whole.filter(({ round }) => round > 10))
})
