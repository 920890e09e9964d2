import { expect, test } from 'vitest'
import type { RoundRecord } from '../../core/index.js'
import { recordsOf } from './experiments.js'

const of = (records: RoundRecord[], label: string) =>
  records
    .filter(({ scheduler }) => scheduler === label)
    .map(({ round, cost, assignment, startTime }) => [round, cost.cost, [...assignment], startTime])

test('what a scheduler gets does not depend on which others there are, nor on their order', async () => {
  const alone = await recordsOf('rounds: 12\nschedulers: [random]')
  const first = await recordsOf('rounds: 12\nschedulers: [random, max-sinr, swap-matching]')
  const last = await recordsOf('rounds: 12\nschedulers: [swap-matching, max-sinr, random]')
  expect(of(first, 'random')).toEqual(of(alone, 'random'))
  expect(last).toEqual(first)
})

test('every scheduler plays on the same channels: two of one kind cost the same', async () => {
  const records = await recordsOf(
    'rounds: 12\nschedulers: [{ plugin: greedy, label: a }, { plugin: greedy, label: b }]',
  )
  expect(of(records, 'a')).toEqual(of(records, 'b'))
})

test('another seed is another network', async () => {
  const costs = async (seed: number) =>
    (await recordsOf(`seed: ${seed}\nrounds: 3\nschedulers: [max-sinr]`)).map(({ cost }) => cost.cost)
  expect(await costs(1)).not.toEqual(await costs(2))
  expect(await costs(1)).toEqual(await costs(1))
})
