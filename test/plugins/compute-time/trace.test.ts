import { expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { builtIn, directoryWith, parametersOf, problemsOf } from '../support.js'

const create = (directory: string) =>
  builtIn('compute-time', 'trace', { file: 'slow.csv' }, { directory, network: parametersOf(3, 1, 3) })

test('factors are those of the file, 1 where it has none', async () => {
  const directory = directoryWith({ 'slow.csv': 'factor,round,client\n4,1,2\n0.5,2,0\n' })
  const trace = await create(directory)
  const random = new RandomStreams(1).stream('unused')
  const factor = (round: number, client: number) => trace.factor({ round, client, random })
  expect([factor(1, 2), factor(2, 0), factor(1, 0), factor(2, 2), factor(999, 1)]).toEqual([4, 0.5, 1, 1, 1])
})

test.each([
  [
    'round,client,factr\n',
    'slow.csv:1: unknown column "factr"; expected round, client, factor (did you mean "factor"?)',
  ],
  ['round,client,factor\n0,0,2\n', 'slow.csv:2: round: expected a round from 1, found "0"'],
  ['round,client,factor\n1,3,2\n', 'slow.csv:2: client: expected a client from 0 to 2, found "3"'],
  ['round,client,factor\n1,0,0\n', 'slow.csv:2: factor: expected a number above 0, found "0"'],
  ['round,client,factor\n1,0,\n', 'slow.csv:2: factor: expected a number above 0, found nothing'],
  ['round,client,factor\n1,0,2\n1,0,3\n', 'slow.csv:3: round 1, client 0 stands here a second time'],
])('what is wrong with a trace is told at its line: %s', async (text, problem) => {
  const directory = directoryWith({ 'slow.csv': text })
  expect(await problemsOf(directory, () => create(directory))).toContain(problem)
})
