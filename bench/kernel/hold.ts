// Hold model: the next event's handler schedules it again after a delay.
// Arguments: pending events, measured events, pattern of delays. Prints {"nsPerEvent": …}.
import { Simulation } from '../../core/kernel/index.js'
import { delayTable, type Pattern } from './delays.js'
import { processorNanoseconds } from './time.js'

const size = Number(process.argv[2] ?? 10_000)
const events = Number(process.argv[3] ?? 3_000_000)
const pattern = (process.argv[4] ?? 'exponential') as Pattern

const delays = delayTable(pattern)
const simulation = new Simulation()
let drawn = 0
let left = 0

function again(): void {
  simulation.schedule(delays[drawn++ & 4095], again)
  if (--left === 0) simulation.stop()
}

function hold(count: number): number {
  left = count
  const start = processorNanoseconds()
  simulation.run()
  return (processorNanoseconds() - start) / count
}

for (let i = 0; i < size; i++) simulation.schedule(delays[drawn++ & 4095], again)
hold(Math.max(size, 500_000))
console.log(JSON.stringify({ nsPerEvent: hold(events) }))
