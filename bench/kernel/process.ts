// Processes that wait for one timeout after another.
// Arguments: processes, measured timeouts, pattern of delays. Prints {"nsPerEvent": …}.
import { Simulation } from '../../core/kernel/index.js'
import { delayTable, type Pattern } from './delays.js'
import { processorNanoseconds } from './time.js'

const size = Number(process.argv[2] ?? 100)
const events = Number(process.argv[3] ?? 1_000_000)
const pattern = (process.argv[4] ?? 'exponential') as Pattern

const delays = delayTable(pattern)
const simulation = new Simulation()
let drawn = 0

function* sleeper() {
  for (;;) yield* simulation.timeout(delays[drawn++ & 4095])
}

for (let i = 0; i < size; i++) simulation.process(sleeper)
// The mean delay is 1, so so many timeouts take events / size units of time.
simulation.run(Math.max(2, 500_000 / size))
const until = simulation.now + events / size
const before = drawn
const start = processorNanoseconds()
simulation.run(until)
console.log(JSON.stringify({ nsPerEvent: (processorNanoseconds() - start) / (drawn - before) }))
