// What events allocate: heap statistics before and after 1e7 of them, garbage collections included.
// Arguments: pending events, measured events, and `processes` for processes that wait instead of callbacks. Prints {"bytesPerEvent": …, "collections": …}.
import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { type ProcessBody, Simulation } from '../../core/kernel/index.js'
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

function* sleeper(): ProcessBody<void> {
  for (;;) {
    yield* simulation.timeout(delays[drawn++ & 4095])
    if (--left === 0) simulation.stop()
  }
}

function hold(count: number): void {
  left = count
  simulation.run()
}

let collections = 0
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length
})

for (let i = 0; i < size; i++) {
  if (process.argv[4] === 'processes') simulation.process(sleeper)
  else simulation.schedule(delays[drawn++ & 4095], again)
}
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
