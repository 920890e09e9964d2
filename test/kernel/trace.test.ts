import { describe, expect, test } from 'vitest'
import {
  compareTraces,
  parseTrace,
  RandomStreams,
  recordTrace,
  replayTrace,
  Simulation,
} from '../../core/kernel/index.js'

function traced(seed: number): string {
  const simulation = new Simulation()
  const lines: string[] = []
  const trace = recordTrace(simulation, (line) => lines.push(line))
  const random = new RandomStreams(seed).stream('sleep')
  for (const name of ['a', 'b']) {
    simulation.process(
      function* () {
        for (let i = 0; i < 3; i++) yield* simulation.timeout(random.exponential())
        trace.note('finished', { name })
      },
      { name },
    )
  }
  simulation.schedule(0.5, function alarm() {})
  simulation.run()
  return lines.join('\n')
}

describe('a trace', () => {
  test('says what happened, in order', () => {
    const records = parseTrace(traced(1))
    expect(records.filter(({ label }) => label === 'timeout').map((record) => record.process)).toHaveLength(6)
    expect(records.find(({ label }) => label === 'alarm')).toMatchObject({ time: 0.5, priority: 0 })
    expect(records.filter(({ label }) => label === 'finished').map(({ data }) => data)).toEqual(
      expect.arrayContaining([{ name: 'a' }, { name: 'b' }]),
    )
    expect(records.some(({ label }) => label === "process 'a'")).toBe(true)
    const times = records.map(({ time }) => time)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('is the same for the same seed, and compared to the first difference', () => {
    const one = parseTrace(traced(1))
    expect(traced(1)).toBe(traced(1))
    expect(compareTraces(one, parseTrace(traced(1)))).toBeUndefined()
    const difference = compareTraces(one, parseTrace(traced(2)))
    expect(difference?.left).not.toEqual(difference?.right)
    expect(one.slice(0, difference?.index)).toEqual(parseTrace(traced(2)).slice(0, difference?.index))
    expect(compareTraces(one, one.slice(0, 4))).toEqual({ index: 4, left: one[4], right: undefined })
  })

  test('does not change what happens', () => {
    const simulation = new Simulation()
    const log: number[] = []
    const trace = recordTrace(simulation, () => {})
    for (const delay of [3, 1, 2]) simulation.schedule(delay, () => log.push(simulation.now))
    simulation.run(2)
    trace.stop()
    simulation.run()
    expect(log).toEqual([1, 2, 3])
  })

  test('happens again when it is replayed', () => {
    const records = parseTrace(traced(3))
    const simulation = new Simulation()
    const again: unknown[] = []
    replayTrace(simulation, records, (record) => again.push([simulation.now, record.label]))
    simulation.run()
    expect(again).toEqual(records.map(({ time, label }) => [time, label]))
  })

  test('names the line that is no record', () => {
    expect(() => parseTrace('{"time":1,"priority":0,"sequence":2,"label":"x"}\n{oops')).toThrow(
      'line 2 is not JSON',
    )
    expect(() => parseTrace('\n{"time":"1"}')).toThrow("line 2: 'time' is not a number")
    expect(() => parseTrace('{"time":1,"priority":0,"sequence":2}')).toThrow("line 1: 'label' is not a text")
  })
})
