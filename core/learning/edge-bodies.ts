import Type from 'typebox'
import { float32, statePart } from '../plugin/state-part.js'

/** A body that an edge server has put together. */
export interface EdgeBody {
  readonly weights: Float32Array
  /** Samples that its latest round was trained on, and the least client that brought some. */
  readonly samples: number
  readonly contributor: number
}

/** A body that was trained, with the samples that it counts by. */
export interface WeighedBody {
  readonly weights: Float32Array
  readonly samples: number
}

/** Bodies that edge servers have of their own, between what a cloud puts together or in place of it. */
export class EdgeBodies {
  readonly #bodies = new Map<number, EdgeBody>()

  get(server: number): EdgeBody | undefined {
    return this.#bodies.get(server)
  }

  /** Servers that have one, ascending. */
  get servers(): number[] {
    return [...this.#bodies.keys()].sort((a, b) => a - b)
  }

  /** A server has put together what its clients trained: the mean by samples (Liu et al., 2020). */
  renew(server: number, contributor: number, trained: readonly WeighedBody[]): void {
    const samples = trained.reduce((sum, each) => sum + each.samples, 0)
    const shares = trained.map((each) => each.samples / samples)
    const weights = weightedMean(
      trained.map((each) => each.weights),
      shares,
    )
    this.#bodies.set(server, { weights, samples, contributor })
  }

  /** All of them are one again. */
  clear(): void {
    this.#bodies.clear()
  }

  /**
   * Each server takes the mean of its own body and its neighbours', with Metropolis weights, 1 / (1 + the larger number of neighbours)
   * for each link (Xiao and Boyd, 2004): the mean over all servers stays what it is, which is returned.
   *
   * `neighbours`: of each server, both ways; `present`: the body of those that have none of their own.
   */
  mix(neighbours: readonly (readonly number[])[], present: Float32Array): Float32Array {
    const before = neighbours.map((_, server) => this.#bodies.get(server)?.weights ?? present)
    for (const [server, others] of neighbours.entries()) {
      const shares = others.map((other) => 1 / (1 + Math.max(others.length, neighbours[other]?.length ?? 0)))
      const own = 1 - shares.reduce((sum, share) => sum + share, 0)
      const weights = weightedMean(
        [server, ...others].map((each) => before[each] ?? present),
        [own, ...shares],
      )
      const { samples = 0, contributor = server } = this.#bodies.get(server) ?? {}
      this.#bodies.set(server, { weights, samples, contributor })
    }
    const mixed = neighbours.map((_, server) => this.#bodies.get(server)?.weights ?? present)
    return weightedMean(
      mixed,
      mixed.map(() => 1 / mixed.length),
    )
  }

  readonly state = statePart({
    values: Type.Object({
      servers: Type.Array(
        Type.Object({
          server: Type.Integer({ minimum: 0 }),
          samples: Type.Number(),
          contributor: Type.Integer({ minimum: 0 }),
        }),
      ),
    }),
    arrays: ({ servers }) => Object.fromEntries(servers.map(({ server }) => [String(server), float32()])),
    save: () => ({
      values: {
        servers: [...this.#bodies].map(([server, { samples, contributor }]) => ({
          server,
          samples,
          contributor,
        })),
      },
      arrays: Object.fromEntries([...this.#bodies].map(([server, { weights }]) => [String(server), weights])),
    }),
    restore: ({ values: { servers }, arrays }) => {
      this.#bodies.clear()
      for (const { server, ...rest } of servers)
        this.#bodies.set(server, { ...rest, weights: arrays[String(server)] as Float32Array })
    },
  })
}

/** Σ share·weights, summed in double precision. */
function weightedMean(all: readonly Float32Array[], shares: readonly number[]): Float32Array {
  const sum = new Float64Array(all[0]?.length ?? 0)
  for (const [i, weights] of all.entries()) {
    const share = shares[i] ?? 0
    for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + share * (weights[k] ?? 0)
  }
  return Float32Array.from(sum)
}
