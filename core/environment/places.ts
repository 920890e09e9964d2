import { type Problem, UserError } from '../errors.js'
import type { Position } from '../plugin/contracts.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Environment } from './environment.js'

/** How far from the area a node may stand, as a share of its diagonal: beside the road, not in another country. */
const MARGIN = 0.1

/** Nodes that stand where the area is not, by a slip of units or digits: a `UserError` with all of them. */
export function checkPlaces(loaded: LoadedScenario, environment: Environment): void {
  const { clientPositions, serverPositions } = environment.positions(1)
  const problems = [
    ...outside(loaded, 'servers', serverPositions),
    // Clients that walk start where their mobility takes them.
    ...outside(loaded, 'clients', clientPositions ?? []),
  ]
  if (problems.length > 0) throw new UserError(problems)
}

/** More than these say nothing new. */
const MOST_TOLD = 5

function outside(
  { scenario, problemAt }: LoadedScenario,
  nodes: 'clients' | 'servers',
  positions: readonly Position[],
): Problem[] {
  const { widthM, heightM } = scenario.network.area
  const margin = MARGIN * Math.hypot(widthM, heightM)
  return positions
    .flatMap(({ x, y }, i) => {
      const distance = Math.hypot(Math.max(-x, 0, x - widthM), Math.max(-y, 0, y - heightM))
      if (distance <= margin) return []
      const message =
        `${nodes.slice(0, -1)} ${i} stands at [${x}, ${y}], outside the area of ${widthM} m × ${heightM} m; ` +
        `expected a place inside, or at most ${Number(margin.toPrecision(3))} m beside it`
      return [problemAt(`network.${nodes}.placement.options.positions.${i}`, message)]
    })
    .slice(0, MOST_TOLD)
}
