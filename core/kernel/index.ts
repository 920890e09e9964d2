export { AllOf, AnyOf, Occurred, type ValueOf } from './condition.js'
export { Container, type ContainerOptions } from './container.js'
export { Event, Priority } from './event.js'
export type { EventHandle } from './event-queue.js'
export type { Action } from './event-records.js'
export { Interrupt, KernelError, SimulationFailure } from './failure.js'
export { Flow } from './flow.js'
export { Counter, LevelMonitor, Tally } from './monitor.js'
export { Process, type ProcessBody, type ProcessOptions } from './process.js'
export { type Job, ProcessorSharing } from './processor-sharing.js'
export { RandomStream, RandomStreams, type Shuffleable } from './random.js'
export { type RealTimeOptions, runInRealTime } from './real-time.js'
export {
  Preempted,
  PreemptiveResource,
  PriorityResource,
  type Request,
  type RequestOptions,
  Resource,
} from './resource.js'
export type { Histogram } from './samples.js'
export { Simulation } from './simulation.js'
export { FilterStore, PriorityStore, Store, type StoreOptions } from './store.js'
export {
  compareTraces,
  parseTrace,
  recordTrace,
  replayTrace,
  type TraceDifference,
  type TraceRecord,
  type TraceRecorder,
} from './trace.js'
