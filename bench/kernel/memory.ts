// Memory of the whole process with so many pending events. Argument: pending events. Prints {"bytesPerEvent": …, "mebibytes": …}.
import { Simulation } from '../../core/kernel/index.js'
import { delayTable } from './delays.js'

const size = Number(process.argv[2] ?? 10_000_000)
const delays = delayTable('exponential')
const simulation = new Simulation()
const nothing = () => {}

for (let i = 0; i < size; i++) simulation.schedule(delays[i & 4095] + i / size, nothing)
// The peak, growing included, and once more after the queue has spread its events over buckets.
for (let i = 0; i < 1000; i++) simulation.step()
const peakKilobytes = process.resourceUsage().maxRSS
console.log(JSON.stringify({ bytesPerEvent: (peakKilobytes * 1024) / size, mebibytes: peakKilobytes / 1024 }))
