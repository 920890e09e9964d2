import { expect, test } from 'vitest'
import { channelOf, findViolations, SITS_OUT, serverOf, slotOf } from '../../core/plugin/index.js'

const size = { clients: 3, servers: 2, channels: 4 }
const kinds = (slots: number[], active?: Uint8Array) =>
  findViolations(Int32Array.from(slots), size, active).map(({ kind, client }) => [kind, client])

test('a slot and its server and channel are one', () => {
  for (let server = 0; server < 5; server++)
    for (let channel = 0; channel < 7; channel++) {
      const slot = slotOf(server, channel, 7)
      expect([serverOf(slot, 7), channelOf(slot, 7)]).toEqual([server, channel])
    }
})

test('different slots are feasible, and so is sitting out', () => {
  expect(kinds([0, 4, SITS_OUT])).toEqual([])
})

test('C5: the second client of a slot breaks it', () => {
  expect(kinds([5, 5, 5])).toEqual([
    ['C5', 1],
    ['C5', 2],
  ])
})

test('a slot that does not exist is none', () => {
  expect(kinds([8, -2, 0])).toEqual([
    ['slot', 0],
    ['slot', 1],
  ])
})

test('one slot per client is needed', () => {
  expect(kinds([0, 1])).toEqual([['length', -1]])
})

test('a client that has quit holds no slot', () => {
  expect(kinds([0, 1, 2], Uint8Array.of(1, 0, 1))).toEqual([['inactive', 1]])
})
