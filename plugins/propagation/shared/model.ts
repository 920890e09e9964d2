import {
  type LinkPlace,
  type LinkState,
  normalProbability,
  type Propagation,
  RandomField,
  type RandomSource,
  type Validity,
} from '../../../core/plugin/index.js'
import type { Losses, LossGeometry } from './path-loss.js'
import { carLoss, highLossWall, INDOOR_LOSS_PER_METRE, lowLossWall } from './penetration.js'

/** Of links with and without a line of sight, and of those into buildings. */
interface OfLinks {
  readonly lineOfSight: number
  readonly obstructed: number
  readonly indoors: number
}

/** What one scenario of 3GPP TR 38.901 says of its links. */
export interface RadioModel {
  readonly usualServerHeightM: number
  readonly validity: Omit<Validity, 'frequencyHz'>
  /** Up to which the model holds, Hz; 100 GHz where left out. */
  readonly highestHz?: number
  losses(at: LossGeometry): Losses
  /** Probability of a line of sight at a distance along the ground, outdoors, m. */
  sight(distanceM: number, at: LossGeometry): number
  /** σ_SF of a link, dB. */
  shadowingDb(at: LossGeometry): OfLinks
  /** d_cor of shadowing, of being in sight and of the K factor, m (Tables 7.5-6 and 7.6.3.1-2). */
  readonly correlationM: {
    readonly shadowing: OfLinks
    readonly lineOfSight: number
    readonly kFactor: number
  }
  /** Mean and standard deviation of the K factor, dB. */
  readonly kFactorDb: { readonly mean: number; readonly deviation: number }
  /** How far inside terminals are at most, m: the nearer of two uniform places. */
  readonly depthM: number
  /** h_E of a link, m, from two uniform numbers; 1 where left out. */
  environmentHeight?(at: LossGeometry, first: number, second: number): number
}

/** What a scenario chooses of a model. */
export interface ModelOptions {
  readonly frequencyHz: number
  readonly lineOfSight: 'probability' | 'always' | 'never'
  readonly shadowing: boolean
  readonly highLossShare?: number
  readonly car?: 'none' | keyof typeof carLoss
}

const USUAL_CLIENT_HEIGHT = 1.5

/** Frequencies for which the standard holds, Hz. */
const LOWEST_HZ = 0.5e9
const HIGHEST_HZ = 100e9

/** The fields of a site: shadows, what is in sight, and how much stronger what is in sight comes. */
class Site {
  readonly #random: RandomSource
  readonly #index: number
  readonly #fields = new Map<string, RandomField>()

  constructor(random: RandomSource, index: number) {
    this.#random = random
    this.#index = index
  }

  /** The value of a field where the client stands, seen from the site. */
  at(name: string, { clientPosition: c, serverPosition: s }: LinkPlace, correlationM: number): number {
    let field = this.#fields.get(name)
    if (!field) {
      field = new RandomField(this.#random.stream(name, this.#index))
      this.#fields.set(name, field)
    }
    return field.at((c.x - s.x) / correlationM, (c.y - s.y) / correlationM)
  }
}

/**
 * Propagation by one scenario of 3GPP TR 38.901: path loss, line of sight, shadowing and losses into buildings and cars.
 *
 * What is random is a function of the place, with one field for each site: standing still, or coming back, a client finds
 * the same. Sites are independent of each other.
 */
export function propagationOf(
  model: RadioModel,
  options: ModelOptions,
  random: RandomSource,
): Required<Pick<Propagation, 'link' | 'meanGain' | 'usualServerHeightM' | 'validity'>> {
  const f = options.frequencyHz / 1e9
  const { correlationM, kFactorDb } = model
  const walls = { low: lowLossWall(f), high: highLossWall(f) }
  const sites: Site[] = []
  const siteOf = (link: LinkPlace): Site => {
    const index = link.site ?? link.server
    sites[index] ??= new Site(random, index)
    return sites[index]
  }

  const link = (at: LinkPlace): LinkState => {
    const site = siteOf(at)
    const clientHeightM = at.clientHeightM ?? USUAL_CLIENT_HEIGHT
    const serverHeightM = at.serverHeightM ?? model.usualServerHeightM
    const d2 = at.distanceM
    const inside = at.indoors ? depthOf(at.ofClient) * model.depthM : 0
    const d3 = Math.sqrt(d2 * d2 + (serverHeightM - clientHeightM) ** 2)
    const flat: LossGeometry = { d2, d3, f, serverHeightM, clientHeightM, environmentHeightM: 1 }
    const geometry = model.environmentHeight
      ? { ...flat, environmentHeightM: model.environmentHeight(flat, at.random.next(), at.random.next()) }
      : flat
    const lineOfSight = isInSight(site, at, Math.max(d2 - inside, 1), geometry)
    const losses = model.losses(geometry)
    const kind = at.indoors ? 'indoors' : lineOfSight ? 'lineOfSight' : 'obstructed'
    const shadow = options.shadowing
      ? model.shadowingDb(geometry)[kind] * site.at('shadowing', at, correlationM.shadowing[kind])
      : 0
    const lossDb = (lineOfSight ? losses.lineOfSight : losses.obstructed) + shadow + penetrationDb(at, inside)
    const kFactor = lineOfSight
      ? 10 ** ((kFactorDb.mean + kFactorDb.deviation * site.at('k-factor', at, correlationM.kFactor)) / 10)
      : 0
    return { gain: 10 ** (-lossDb / 10), lineOfSight, kFactor }
  }

  function isInSight(site: Site, at: LinkPlace, outdoorM: number, geometry: LossGeometry): boolean {
    if (options.lineOfSight !== 'probability') return options.lineOfSight === 'always'
    const probability = model.sight(outdoorM, geometry)
    if (probability >= 1) return true
    return normalProbability(site.at('line-of-sight', at, correlationM.lineOfSight)) < probability
  }

  function penetrationDb({ indoors, ofClient = NOTHING_DRAWN }: LinkPlace, inside: number): number {
    const [, , kind, a, b] = ofClient
    if (indoors) {
      const wall = kind < (options.highLossShare ?? 0) ? walls.high : walls.low
      return wall.lossDb + wall.deviationDb * normalOf(a, b) + INDOOR_LOSS_PER_METRE * inside
    }
    if (!options.car || options.car === 'none') return 0
    const { lossDb, deviationDb } = carLoss[options.car]
    return lossDb + deviationDb * normalOf(a, b)
  }

  return {
    link,
    meanGain: (at) => link(at).gain,
    usualServerHeightM: model.usualServerHeightM,
    validity: {
      ...model.validity,
      frequencyHz: { is: options.frequencyHz, range: [LOWEST_HZ, model.highestHz ?? HIGHEST_HZ] },
    },
  }
}

/** Of a client of which nothing was drawn: in the middle of everything. */
const NOTHING_DRAWN = Float64Array.of(0.5, 0.5, 0.5, 1, 0)

/** The lesser of two uniform places, as a share of the largest depth. */
const depthOf = (ofClient: Float64Array = NOTHING_DRAWN): number => Math.min(ofClient[0], ofClient[1])

/** A standard normal number from two uniform ones in (0, 1] and [0, 1) (Box and Muller). */
const normalOf = (a: number, b: number): number => Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b)
