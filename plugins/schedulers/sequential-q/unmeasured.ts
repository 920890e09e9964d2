import type { LearnedScene } from '../../../core/plugin/index.js'

/** Where the weights of tier `local` were measured beside hardest first (README.md): models, and the longest side of an area, m. */
const MEASURED: Readonly<Record<string, number>> = {
  'log-distance': 4000,
  'free-space': 600,
  rma: 3000,
  umi: 600,
  uma: 600,
  inh: 120,
  inf: 120,
}

const MOST_SERVERS = 16

/** Beyond a measured side by this factor nothing was found out. */
const SLACK = 2

/** What is to be said of the weights that come along where nobody measured that they keep up with hardest first. */
export function unmeasured({ gainsFrom, label, servers, area }: LearnedScene): string | undefined {
  const longest = Object.hasOwn(MEASURED, gainsFrom) ? MEASURED[gainsFrom] : undefined
  const side = Math.max(area.widthM, area.heightM)
  const why =
    longest === undefined
      ? `on gains of ${gainsFrom}`
      : side > SLACK * longest
        ? `with ${gainsFrom} over ${side} m, only up to ${longest} m`
        : servers > MOST_SERVERS
          ? `with ${servers} servers, only up to ${MOST_SERVERS}`
          : undefined
  if (why === undefined) return undefined
  return (
    `the weights that come with sequential-q learned on log-distance with 4 servers, and were not measured, or not found to keep up with hardest-first, ${why}: ` +
    `compare them, or train others by \`cotwin train SCENARIO --scheduler ${label} --out DIRECTORY\` and name them in options.weights`
  )
}
