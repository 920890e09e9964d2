import { gainIndex, type NetworkParameters } from '../../network/round-network.js'
import type { NetworkSizes } from '../definition.js'
import type { SchedulerView } from '../view.js'

/** What agents get to know. */
export type ObservationTier = 'counts' | 'large-scale' | 'local'

/** What a state is made of; a view of a round has all of it. */
export type Observed = Pick<
  SchedulerView,
  | 'serverClients'
  | 'channelClients'
  | 'energyRatio'
  | 'latencyRatio'
  | 'meanGain'
  | 'uplinkGain'
  | 'downlinkGain'
>

/** ε and the share of the training that is over: an estimate of what the other agents do (V-A). */
export interface Fingerprint {
  readonly exploration: number
  readonly done: number
}

/** What of a round goes into a state. */
export interface ObservationOptions {
  readonly tier: ObservationTier
  readonly fingerprint: boolean
  /** One number an agent that tells it from the others, for those that share a network. */
  readonly identity: boolean
}

/** Signal-to-noise ratios are told in units of 20 dB, which keeps them near 1. */
const DECIBELS = 20

/** Numbers of a state that all agents see alike (`common`), and that each has of its own. */
export function stateSizes(
  { clients, servers, channels }: NetworkSizes,
  { tier, fingerprint, identity }: ObservationOptions,
): { readonly common: number; readonly own: number } {
  const known = { counts: 0, 'large-scale': servers, local: servers + 2 * servers * channels }
  return {
    common: servers + channels + 1 + (fingerprint ? 2 : 0),
    own: 1 + known[tier] + (identity ? clients : 0),
  }
}

/**
 * States of Section V-A as numbers near 1: clients at each server and on each channel in the last round, over their means;
 * the shares of both budgets that are spent; then what further tiers know.
 */
export class JointObservation {
  readonly parameters: NetworkParameters
  readonly options: ObservationOptions
  /** Numbers that all agents see alike. */
  readonly common: number
  /** Numbers that each agent has of its own. */
  readonly own: number

  constructor(parameters: NetworkParameters, options: ObservationOptions) {
    this.parameters = parameters
    this.options = options
    const { common, own } = stateSizes(parameters, options)
    this.common = common
    this.own = own
  }

  /** Numbers of one agent's state. */
  get size(): number {
    return this.common + this.own
  }

  /** The joint state of all agents: what they see alike, then each one's own. */
  joint(observed: Observed, fingerprint: Fingerprint): Float32Array {
    const { clients, servers, channels } = this.parameters
    const state = new Float32Array(this.common + clients * this.own)
    let at = 0
    for (let m = 0; m < servers; m++) state[at++] = (observed.serverClients[m] * servers) / clients
    for (let k = 0; k < channels; k++) state[at++] = (observed.channelClients[k] * channels) / clients
    state[at++] = observed.latencyRatio
    if (this.options.fingerprint) {
      state[at++] = fingerprint.exploration
      state[at++] = fingerprint.done
    }
    for (let client = 0; client < clients; client++) {
      this.#fillOwn(state, at, client, observed)
      at += this.own
    }
    return state
  }

  #fillOwn(state: Float32Array, start: number, client: number, observed: Observed): void {
    const { parameters } = this
    const { servers, channels, clientPowerW, serverPowerW, noiseW } = parameters
    let at = start
    state[at++] = observed.energyRatio[client]
    const decibels = (power: number, gain: number) => (10 * Math.log10((power * gain) / noiseW)) / DECIBELS
    if (this.options.tier !== 'counts')
      for (let m = 0; m < servers; m++)
        state[at++] = decibels(clientPowerW[client], observed.meanGain[client * servers + m])
    if (this.options.tier === 'local')
      for (let m = 0; m < servers; m++)
        for (let k = 0; k < channels; k++) {
          const link = gainIndex(parameters, client, m, k)
          state[at++] = decibels(clientPowerW[client], observed.uplinkGain[link])
          state[at++] = decibels(serverPowerW[m], observed.downlinkGain[link])
        }
    if (this.options.identity) state[at + client] = 1
  }

  /** States as the networks take them, agents×rows×size, from the joint states of as many rows. */
  rows(joint: readonly Float32Array[]): Float32Array {
    const { clients } = this.parameters
    const { common, own, size } = this
    const states = new Float32Array(clients * joint.length * size)
    for (let client = 0; client < clients; client++)
      for (const [row, state] of joint.entries()) {
        const at = (client * joint.length + row) * size
        for (let i = 0; i < common; i++) states[at + i] = state[i]
        const start = common + client * own
        for (let i = 0; i < own; i++) states[at + common + i] = state[start + i]
      }
    return states
  }
}
