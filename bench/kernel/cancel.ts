// Every event schedules two and cancels one of them, as a timer that is nearly always stopped in time.
// Arguments: pending events, measured events. Prints {"nsPerEvent": …}.
import { Simulation } from '../../core/kernel/index.js'
import { delayTable } from './delays.js'
import { processorNanoseconds } from './time.js'

const size = Number(process.argv[2] ?? 10_000)
const events = Number(process.argv[3] ?? 2_000_000)

const delays = delayTable('exponential')
const simulation = new Simulation()
// The timers that are still running, in a ring: half of all that is pending.
const timers = new Float64Array(Math.max(1, size >> 1))
let timer = 0
let drawn = 0
let left = 0

function expired(): void {}

function again(): void {
  simulation.cancel(timers[timer])
  timers[timer] = simulation.schedule(50 + delays[drawn++ & 4095], expired)
  timer = timer + 1 === timers.length ? 0 : timer + 1
  simulation.schedule(delays[drawn++ & 4095], again)
  if (--left === 0) simulation.stop()
}

function hold(count: number): number {
  left = count
  const start = processorNanoseconds()
  simulation.run()
  return (processorNanoseconds() - start) / count
}

for (let i = 0; i < size >> 1; i++) simulation.schedule(delays[drawn++ & 4095], again)
hold(Math.max(size, 500_000))
console.log(JSON.stringify({ nsPerEvent: hold(events) }))
