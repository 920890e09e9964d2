export { AllOf, AnyOf, type Condition, type Evaluate, type ValueOf } from './condition.js'
export { Container, type ContainerOptions, type Portion } from './container.js'
export { Event, Priority } from './event.js'
export type { EventHandle } from './event-queue.js'
export type { Action } from './event-records.js'
export type { LineOptions, Trade } from './exchange.js'
export { Interrupt, KernelError, LineFull, SimulationFailure } from './failure.js'
export { FilterStore } from './filter-store.js'
export { Flow } from './flow.js'
export { Counter, LevelMonitor, Tally } from './monitor.js'
export { Occurred } from './occurred.js'
export { Preempted, PreemptiveResource } from './preemptive-resource.js'
export { Process, type ProcessBody, type ProcessOptions } from './process.js'
export { type Job, ProcessorSharing } from './processor-sharing.js'
export { RandomStreams } from './random.js'
export { RandomStream, type Shuffleable } from './random-stream.js'
export { type RealTimeOptions, runInRealTime } from './real-time.js'
export type { Request, RequestOptions } from './request.js'
export { PriorityResource, Resource, type ResourceOptions } from './resource.js'
export { Simulation } from './simulation.js'
export { type Demand, type Offer, PriorityStore, Store, type StoreOptions } from './store.js'
export {
  compareTraces,
  parseTrace,
  recordTrace,
  replayTrace,
  type TraceDifference,
  type TraceRecord,
  type TraceRecorder,
} from './trace.js'
export type { Histogram } from './weighted-values.js'
