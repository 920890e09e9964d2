import { type GainSource, gainIndex } from '../../../core/plugin/index.js'
import { npyBytes } from '../npy-bytes.js'
import { builtIn, directoryWith, parametersOf, problemsOf } from '../support.js'

/** Two clients, three servers, four channels: no two sizes alike, so that mixed-up axes show. */
export const network = parametersOf(2, 3, 4)
const { clients, servers, channels } = network
/** Gains of a round. */
export const size = clients * servers * channels

export type Place = readonly [round: number, client: number, server: number, channel: number]

/** Every place of a trace, rounds from 1, in the order of a .npy file. */
export const placesOf = (rounds: number): Place[] =>
  Array.from({ length: rounds * size }, (_, i) => [
    Math.floor(i / size) + 1,
    Math.floor(i / (servers * channels)) % clients,
    Math.floor(i / channels) % servers,
    i % channels,
  ])

/** A gain that tells its place: digits of round, client, server, channel. */
export const gainAt = ([round, client, server, channel]: Place): number =>
  (round * 1000 + client * 100 + server * 10 + channel) * 2 ** -40

/** The rows of a trace as CSV, `uplink` for each place. */
export const csvOf = (rounds: number, uplink: (place: Place) => number | string = gainAt): string =>
  [
    'round,client,server,channel,uplink',
    ...placesOf(rounds).map((place) => `${place},${uplink(place)}`),
  ].join('\n')

/** A .npy trace of `gainAt`, with some of its values replaced. */
export function npyOf(rounds: number, replaced: Readonly<Record<number, number>> = {}): Uint8Array {
  const values = placesOf(rounds).map((place, i) => replaced[i] ?? gainAt(place))
  return npyBytes({ shape: [rounds, clients, servers, channels], values })
}

export type Files = Readonly<Record<string, string | Uint8Array>>

/** The trace of the first of these files. */
export function traceOf(files: Files, options: Record<string, unknown> = {}): Promise<GainSource> {
  const directory = directoryWith(files)
  return builtIn('gains', 'trace', { file: Object.keys(files)[0], ...options }, { network, directory })
}

/** What is wrong with the first of these files, once it is read to the end. */
export function traceProblems(files: Files, options: Record<string, unknown> = {}): Promise<string[]> {
  const directory = directoryWith(files)
  const file = Object.keys(files)[0]
  return problemsOf(directory, () => builtIn('gains', 'trace', { file, ...options }, { network, directory }))
}

export interface RoundGains {
  readonly uplink: Float64Array
  readonly downlink: Float64Array
  readonly bothWays: boolean
}

/** A round of a trace, from 0. */
export async function roundOf(trace: GainSource, round: number): Promise<RoundGains> {
  const [uplink, downlink] = [new Float64Array(size).fill(-1), new Float64Array(size).fill(-1)]
  const bothWays = await trace.fill(round, uplink, downlink)
  return { uplink, downlink, bothWays }
}

/** K×N×M gains of a round, from 1, with each of its places at its index. */
export function gainsOf(round: number, gain: (place: Place) => number = gainAt): Float64Array {
  const gains = new Float64Array(size)
  for (const [, client, server, channel] of placesOf(1))
    gains[gainIndex(network, client, server, channel)] = gain([round, client, server, channel])
  return gains
}
