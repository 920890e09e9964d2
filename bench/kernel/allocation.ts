// What the callback path allocates: heap statistics before and after 1e7 events, garbage collections included.
// Arguments: pending events, measured events. Prints {"bytesPerEvent": …, "collections": …}.
import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { Simulation } from '../../core/kernel/index.js'
import { delayTable } from './delays.js'

const size = Number(process.argv[2] ?? 1000)
const events = Number(process.argv[3] ?? 10_000_000)

const delays = delayTable('exponential')
const simulation = new Simulation()
let drawn = 0
let left = 0

function again(): void {
  simulation.schedule(delays[drawn++ & 4095], again)
  if (--left === 0) simulation.stop()
}

function hold(count: number): void {
  left = count
  simulation.run()
}

let collections = 0
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length
})

for (let i = 0; i < size; i++) simulation.schedule(delays[drawn++ & 4095], again)
// Interpreted code does allocate; what counts is the compiled code, to which this leads.
hold(2_000_000)
await setImmediate()
observer.observe({ entryTypes: ['gc'] })
const before = getHeapStatistics().used_heap_size
hold(events)
const after = getHeapStatistics().used_heap_size
await setImmediate()
observer.disconnect()
// Without a collection in between the heap can only grow, by exactly what was allocated.
console.log(JSON.stringify({ bytesPerEvent: Math.max(0, after - before) / events, collections }))
