import type { RandomStream } from '../kernel/random-stream.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { TensorEngine } from '../tensor/engine.js'
import type { Allocator } from './allocator-contract.js'
import type { Scheduler } from './contracts.js'

/** Names something a plugin can be given; `T` is what it gets. */
export interface Token<T> {
  readonly key: string
  /** Carries the type only; never set. */
  readonly provides?: T
}

const token = <T>(key: string): Token<T> => Object.freeze({ key })

/** Random streams of a plugin's own: another plugin, client or scheduler never shifts their draws. */
export interface RandomSource {
  /** A stream by its name and indices: the same arguments give the same draws, whatever else is drawn. */
  stream(name: string, ...indices: number[]): RandomStream
}

/** Files named in options, resolved against the scenario that names them. */
export interface FileSource {
  /** The path as the file system takes it, from one that is relative to the scenario. */
  resolve(path: string): string
}

/** Wires another scheduler by its reference in the options, under the same random source. */
export type SchedulerFactory = (reference: string | PluginReference) => Promise<Scheduler>

/** Wires an allocator by its reference in the options, likewise. */
export type AllocatorFactory = (reference: string | PluginReference) => Promise<Allocator>

/** A plugin as options name it: `{ plugin, options }`, the bare name expanded. */
export interface PluginReference {
  readonly plugin: string
  readonly options?: Readonly<Record<string, unknown>>
}

/** Opens the tensor engine, one for everyone in a run; what is built on it comes from `cotwin/tensor`. */
export type TensorEngineFactory = () => Promise<TensorEngine>

/** Everything a plugin may ask for in `needs`. */
export const tokens = {
  random: token<RandomSource>('random'),
  files: token<FileSource>('files'),
  network: token<NetworkParameters>('network'),
  schedulers: token<SchedulerFactory>('schedulers'),
  allocators: token<AllocatorFactory>('allocators'),
  tensorEngine: token<TensorEngineFactory>('tensor-engine'),
} as const
