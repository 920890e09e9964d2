import { expect, test } from 'vitest'
import { builtIn, directoryWith, parametersOf, problemsOf } from '../support.js'

async function churnOf(text: string) {
  const directory = directoryWith({ 'churn.csv': text })
  const surroundings = { directory, network: parametersOf(4, 1, 4) }
  return { directory, churn: () => builtIn('churn', 'trace', { file: 'churn.csv' }, surroundings) }
}

test('clients leave and join when the file says, and the others stay', async () => {
  const { churn } = await churnOf('time,client,event\n10,0,leave\n5,2,join\n20.5,0,join\n30,0,leave\n')
  const created = await churn()
  const told = (client: number, changes: number) => {
    const { presentAtStart, next } = created.timeline(client)
    return [presentAtStart, ...Array.from({ length: changes }, next)]
  }
  expect(told(0, 5)).toEqual([true, 10, 20.5, 30, Infinity, Infinity])
  expect(told(2, 2)).toEqual([false, 5, Infinity])
  expect(told(1, 1)).toEqual([true, Infinity])
  expect(told(0, 1)).toEqual([true, 10])
})

test.each([
  ['time,client\n1,0\n', 'churn.csv:1: there is no column event; expected time, client, event'],
  ['time,client,event\n-1,0,leave\n', 'churn.csv:2: time: expected a number of at least 0 (s), found "-1"'],
  [
    'time,client,event\nsoon,0,leave\n',
    'churn.csv:2: time: expected a number of at least 0 (s), found "soon"',
  ],
  ['time,client,event\n1,4,leave\n', 'churn.csv:2: client: expected a client from 0 to 3, found "4"'],
  ['time,client,event\n1,0,go\n', 'churn.csv:2: event: expected leave or join, found "go"'],
  ['time,client,event\n1,0\n', 'churn.csv:2: expected 3 values, found 2'],
  ['time,client,event\n1,0,leave\n2,0,leave\n', 'churn.csv:3: client 0 cannot leave: it is away at 2 s'],
  ['time,client,event\n1,0,join\n2,0,join\n', 'churn.csv:3: client 0 cannot join: it is there at 2 s'],
  [
    'time,client,event\n5,0,leave\n2,0,join\n',
    'churn.csv:3: client 0 has an event at 5 s before this line; expected ascending times',
  ],
])('what is wrong with a trace is told at its line: %s', async (text, problem) => {
  const { directory, churn } = await churnOf(text)
  expect(await problemsOf(directory, churn)).toContain(problem)
})
