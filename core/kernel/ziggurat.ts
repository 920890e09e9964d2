/**
 * Ziggurat tables: a density cut into 256 layers of equal area (Marsaglia and Tsang, 2000).
 *
 * `edge[i]` is the right edge of layer i, falling from the base layer's virtual width at 0 to 0 at 256;
 * `height[i]` is the density there. With `edge[i + 1] / edge[i]` as the bound, a uniform draw inside its layer's
 * core is accepted at once, which happens in about 99 % of draws.
 */
export interface ZigguratTable {
  readonly edge: Float64Array
  readonly height: Float64Array
  /** Where the tail begins. */
  readonly tail: number
}

const LAYERS = 256

function buildTable(
  tail: number,
  area: number,
  density: (x: number) => number,
  inverse: (y: number) => number,
): ZigguratTable {
  const edge = new Float64Array(LAYERS + 1)
  const height = new Float64Array(LAYERS + 1)
  edge[0] = area / density(tail)
  edge[1] = tail
  for (let i = 2; i < LAYERS; i++) {
    const previous = edge[i - 1]
    edge[i] = inverse(area / previous + density(previous))
  }
  edge[LAYERS] = 0
  for (let i = 0; i <= LAYERS; i++) height[i] = density(edge[i])
  return { edge, height, tail }
}

/** Half normal density exp(-x²/2), 256 layers. */
export const normalTable = buildTable(
  3.6541528853610088,
  0.00492867323399,
  (x) => Math.exp(-0.5 * x * x),
  (y) => Math.sqrt(-2 * Math.log(y)),
)

/** Exponential density exp(-x), 256 layers. */
export const exponentialTable = buildTable(
  7.69711747013105,
  0.003949659822581557,
  (x) => Math.exp(-x),
  (y) => -Math.log(y),
)
