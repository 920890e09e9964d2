import { expect, test } from 'vitest'
import { directoryWith, problemsOf } from '../support.js'
import { positionsAt } from './walk.js'

const rest = '0,1,5,5\n0,2,6,6\n'
const follow = (text: string, times: readonly number[], client = 0) => {
  const directory = directoryWith({ 'walk.csv': text })
  return positionsAt(times, 'trace', { file: 'walk.csv' }, { directory, client })
}

test('between two times a client goes straight on, before the first and after the last it stands', async () => {
  const text = `time,client,x,y\n10,0,0,0\n20,0,100,50\n20.5,0,100,60\n${rest}`
  expect(await follow(text, [0, 10, 12.5, 20, 20.25, 20.5, 1e9])).toEqual([
    { x: 0, y: 0 },
    { x: 0, y: 0 },
    { x: 25, y: 12.5 },
    { x: 100, y: 50 },
    { x: 100, y: 55 },
    { x: 100, y: 60 },
    { x: 100, y: 60 },
  ])
  expect(await follow(text, [3], 2)).toEqual([{ x: 6, y: 6 }])
})

test('columns may stand in any order, and clients take turns', async () => {
  const text = 'client,y,x,time\n1,5,4,0\n0,1,2,0\n2,0,0,0\n1,7,4,2\n'
  expect(await follow(text, [1], 1)).toEqual([{ x: 4, y: 6 }])
})

test.each([
  ['t,client,x,y\n', 'walk.csv:1: there is no column time; expected time, client, x, y'],
  [
    `time,client,x,y\n5,0,0,0\n5,0,1,1\n${rest}`,
    'walk.csv:3: time: expected one after 5 s, the one before of client 0, found 5',
  ],
  [
    `time,client,x,y\n0,3,0,0\n0,0,0,0\n${rest}`,
    'walk.csv:2: client: expected a whole number from 0 to 2, found "3"',
  ],
  [
    `time,client,x,y\n-1,0,0,0\n${rest}`,
    'walk.csv:2: time: expected a simulated time of at least 0 (s), found "-1"',
  ],
  [`time,client,x,y\n0,0,left,0\n${rest}`, 'walk.csv:2: x: expected a position (m), found "left"'],
  [`time,client,x,y\n0,0,1\n${rest}`, 'walk.csv:2: expected 4 values, found 3'],
  [
    `time,client,x,y\n${rest}`,
    'walk.csv: has no positions of client 0; expected some of each of the 3 clients',
  ],
])('what is wrong with a trace is told at its line: %s', async (text, problem) => {
  const directory = directoryWith({ 'walk.csv': text })
  const problems = await problemsOf(directory, () =>
    positionsAt([0], 'trace', { file: 'walk.csv' }, { directory }),
  )
  expect(problems).toContain(problem)
})
