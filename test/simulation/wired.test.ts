import { expect, test } from 'vitest'
import { wired, wiredProtocol, wiredScenario, wiredTurnSeconds } from '../../bench/protocols/wired.js'
import { experimentOf, observed } from './experiments.js'

const { clients, updatesEach } = process.env.COTWIN_LONG ? wired : { clients: 101, updatesEach: 20 }

test(`updates of ${clients} clients over wires arrive when the closed form says`, async () => {
  const updates = await observed(
    await experimentOf(wiredScenario(clients, updatesEach), [wiredProtocol]),
    'update',
  )
  const arrived = Array.from({ length: clients }, () => 0)
  for (const { client, arrivedAt } of updates) {
    const expected = ++arrived[client] * wiredTurnSeconds(client, clients)
    expect(Math.abs(arrivedAt / expected - 1)).toBeLessThan(1e-9)
  }
  expect(arrived).toEqual(Array.from({ length: clients }, () => updatesEach))
})
