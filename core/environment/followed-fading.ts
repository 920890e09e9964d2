import type { RandomStreams, StreamFamily } from '../kernel/random.js'
import { exponentialWavenumber } from '../kernel/random-field.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Fading, Position } from '../plugin/contracts.js'
import { type LargeScale, linkStateOf } from './large-scale.js'

/** How channels change as clients move through their fading. */
export interface Doppler {
  /** `jakes`: correlation J0(2πΔ/λ) over a distance Δ; `autoregressive`: exp(-Δ/ℓ), as of a Gauss-Markov process. */
  readonly model: 'jakes' | 'autoregressive'
  /** λ, m. */
  readonly wavelengthM: number
  /** Of clients that stay in their places, m/s, length N: so fast the waves change about them. */
  readonly speedMps: Float64Array
  /** s from one look at the channels to the next within a round; undefined: they hold for the round. */
  readonly stepSeconds: number | undefined
}

/** Waves that a link's fading is the sum of. */
const WAVES = 32

/** Half of the correlation is left after so many wavelengths, J0(2πx) = 1/2, with either model. */
const HALF_IN_WAVELENGTHS = 0.2420976
const DECAY_IN_WAVELENGTHS = HALF_IN_WAVELENGTHS / Math.LN2

/** Correlation of complex amplitudes over a distance in wavelengths. */
export const dopplerCorrelation = (model: Doppler['model'], wavelengths: number): number =>
  model === 'jakes' ? besselJ0(2 * Math.PI * wavelengths) : Math.exp(-wavelengths / DECAY_IN_WAVELENGTHS)

/** J0(x), to 1e-12 up to x = 1000: the trapezoidal rule on its integral, which converges exponentially; beyond it asymptotic. */
function besselJ0(x: number): number {
  const z = Math.abs(x)
  if (z > 1000) return Math.sqrt(2 / (Math.PI * z)) * Math.cos(z - Math.PI / 4)
  const points = 24 + Math.ceil(z)
  let sum = 0
  for (let i = 0; i < points; i++) sum += Math.cos(z * Math.sin((Math.PI * (i + 0.5)) / points))
  return sum / points
}

/**
 * Small-scale fading of all links in one direction as a function of how far each client has moved.
 *
 * Each channel of a link is a sum of plane waves with normal amplitudes: at any time its law is exactly that of the
 * fading, and its correlation that of the model, whose law the waves' directions and lengths follow. A sum needs no state, so that
 * any time can be looked at, in any order, and who comes back finds what was there.
 */
export class FollowedFading {
  readonly #fading: Fading
  readonly #sizes: NetworkParameters
  readonly #doppler: Doppler
  readonly #drawn: StreamFamily
  readonly #cos = new Float64Array(WAVES)
  readonly #sin = new Float64Array(WAVES)

  /** `direction` names the streams, e.g. `downlink/`. */
  constructor(
    fading: Fading,
    sizes: NetworkParameters,
    streams: RandomStreams,
    direction: string,
    doppler: Doppler,
  ) {
    this.#fading = fading
    this.#sizes = sizes
    this.#doppler = doppler
    this.#drawn = streams.family(`fading/followed/${direction}link`)
  }

  /** Writes the gains, K×N×M, of clients at these places in their fading, m. */
  apply(placeOf: (client: number) => Position, largeScale: LargeScale, gain: Float64Array): void {
    const { clients, servers } = this.#sizes
    for (let client = 0; client < clients; client++) {
      const place = placeOf(client)
      for (let server = 0; server < servers; server++)
        this.#applyLink(client, server, place, largeScale, gain)
    }
  }

  #applyLink(
    client: number,
    server: number,
    place: Position,
    largeScale: LargeScale,
    gain: Float64Array,
  ): void {
    const { clients, servers, channels } = this.#sizes
    const link = client * servers + server
    const mean = largeScale.meanGain[link]
    const k = this.#fading.kFactor!(linkStateOf(largeScale, link))
    const random = this.#drawn(client, server, 0)
    const [cos, sin] = [this.#cos, this.#sin]
    const { wavelengthM, model } = this.#doppler
    const x = place.x / wavelengthM
    const y = place.y / wavelengthM
    const turn = random.next()
    const sightAngle = 2 * Math.PI * random.next()
    const offset = random.integer(WAVES)
    for (let i = 0; i < WAVES; i++) {
      const angle = (2 * Math.PI * (i + turn)) / WAVES
      const spread = random.next()
      // Strides of 13 through the 32 strata, so that long and short waves come from all around.
      const stratum = (((13 * i + offset) % WAVES) + 1 - spread) / WAVES
      const perWavelength =
        model === 'jakes' ? 2 * Math.PI : exponentialWavenumber(stratum) / DECAY_IN_WAVELENGTHS
      const phase = perWavelength * (x * Math.cos(angle) + y * Math.sin(angle))
      cos[i] = Math.cos(phase)
      sin[i] = Math.sin(phase)
    }
    const direct = Math.sqrt(k / (k + 1))
    const scattered = Math.sqrt(1 / (2 * (k + 1) * WAVES))
    // The line of sight comes from one direction; with the autoregressive model it stays as it is.
    const sight = model === 'jakes' ? 2 * Math.PI * (x * Math.cos(sightAngle) + y * Math.sin(sightAngle)) : 0
    const inSight = direct * Math.cos(sight)
    const acrossSight = direct * Math.sin(sight)
    for (let channel = 0; channel < channels; channel++) {
      let re = 0
      let im = 0
      for (let i = 0; i < WAVES; i++) {
        const a = random.normal()
        const b = random.normal()
        re += a * cos[i] - b * sin[i]
        im += a * sin[i] + b * cos[i]
      }
      re = inSight + scattered * re
      im = acrossSight + scattered * im
      gain[(channel * clients + client) * servers + server] = mean * (re * re + im * im)
    }
  }
}
