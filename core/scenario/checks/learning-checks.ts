import { type NodeCounts, shown } from '../schema/expected.js'
import { referencesOf } from '../schema/learning-section.js'
import type { Diagnostic } from '../tree/diagnostic.js'

type Read = (key: string) => unknown

/** What of `learning` no single key can show; `read` gives a value, undefined where it is wrong. */
export function checkLearning(read: Read, { clients }: NodeCounts, labels: readonly string[]): Diagnostic[] {
  const learning = read('learning')
  if (typeof learning !== 'object' || learning === null) return []
  const of = reader(learning as Record<string, unknown>)
  const whole = of('protocol') === 'federated' || of('protocol') === 'centralized'
  return [
    ...checkClients(of, clients),
    ...checkPrivacy(of),
    ...checkHeads(of, whole),
    ...referencesOf(of('reference') as Parameters<typeof referencesOf>[0])
      .filter((label) => labels.includes(label))
      .map((label) =>
        diagnostic(
          ['reference'],
          `a scheduler is labelled "${label}" already, as the reference would be; expected another label for it`,
        ),
      ),
  ]
}

type Of = (...path: string[]) => unknown

function reader(learning: Record<string, unknown>): Of {
  return (...path) => {
    let value: unknown = learning
    for (const step of path) {
      if (typeof value !== 'object' || value === null) return undefined
      value = (value as Record<string, unknown>)[step]
    }
    return value
  }
}

const diagnostic = (path: readonly string[], message: string): Diagnostic => ({
  path: ['learning', ...path],
  message,
})

function checkClients(of: Of, clients: number | undefined): Diagnostic[] {
  if (clients === undefined) return []
  const outside = (list: unknown, path: readonly string[]): Diagnostic[] =>
    Array.isArray(list)
      ? list.flatMap((client, i) =>
          typeof client === 'number' && client >= clients
            ? [
                diagnostic(
                  [...path, String(i)],
                  `expected a client from 0 to ${clients - 1}, found ${shown(client)}`,
                ),
              ]
            : [],
        )
      : []
  const structures = of('head', 'structures')
  const lists = Array.isArray(structures) ? structures : []
  const seen = new Set<unknown>()
  return [
    ...outside(of('aggregation', 'headParticipants'), ['aggregation', 'headParticipants']),
    ...lists.flatMap((structure, i) => {
      const own = (structure as { clients?: unknown } | null)?.clients
      const path = ['head', 'structures', String(i), 'clients']
      const twice = Array.isArray(own)
        ? own.flatMap((client, j) => {
            if (!seen.has(client)) {
              seen.add(client)
              return []
            }
            return [diagnostic([...path, String(j)], `client ${client} has a structure of its own already`)]
          })
        : []
      return [...outside(own, path), ...twice]
    }),
  ]
}

function checkPrivacy(of: Of): Diagnostic[] {
  const privacy = of('privacy')
  if (typeof privacy !== 'object' || privacy === null) return []
  const { clipNorm = null, noiseMultiplier = null, epsilon = null } = privacy as Record<string, unknown>
  const participants = of('aggregation', 'headParticipants') ?? 'none'
  const nobody =
    participants === 'none' && (of('protocol') ?? 'collaborative') === 'collaborative'
      ? [
          diagnostic(
            ['privacy'],
            'no client shares its head; expected privacy: null, or aggregation.headParticipants',
          ),
        ]
      : []
  if (clipNorm === null && (epsilon !== null || Number(noiseMultiplier) > 0)) {
    const what = epsilon === null ? 'noise' : `ε = ${epsilon}`
    return [
      ...nobody,
      diagnostic(
        ['privacy', epsilon === null ? 'noiseMultiplier' : 'epsilon'],
        `${what} says nothing about privacy where changes are not clipped; expected a clipNorm above 0`,
      ),
    ]
  }
  if (epsilon !== null && noiseMultiplier !== null)
    return [
      ...nobody,
      diagnostic(
        ['privacy', 'noiseMultiplier'],
        'epsilon and noiseMultiplier are two ways to say one thing; expected one of them',
      ),
    ]
  return nobody
}

function checkHeads(of: Of, whole: boolean): Diagnostic[] {
  const trained = of('head', 'trained') !== false
  const participants = of('aggregation', 'headParticipants') ?? 'none'
  const structures = of('head', 'structures')
  const protocol = of('protocol') ?? 'collaborative'
  const found: Diagnostic[] = []
  if (!trained && participants !== 'none')
    found.push(
      diagnostic(
        ['aggregation', 'headParticipants'],
        'heads that are not trained have nothing to share; expected none, or head.trained: true',
      ),
    )
  if (participants !== 'none' && protocol !== 'collaborative')
    found.push(
      diagnostic(
        ['aggregation', 'headParticipants'],
        `who shares a head is for protocol collaborative to choose; expected none with ${protocol}`,
      ),
    )
  if (whole && (of('cut') ?? null) !== null)
    found.push(diagnostic(['cut'], `${protocol} learns a model in one piece; expected cut: null`))
  if (whole && (of('precision') ?? 'fp32') !== 'fp32')
    found.push(diagnostic(['precision'], `${protocol} sends no activations; expected precision: fp32`))
  if (whole && !trained && of('head', 'initialisation') === 'private')
    found.push(
      diagnostic(['head', 'initialisation'], `${protocol} learns one model; expected initialisation: shared`),
    )
  if (Array.isArray(structures) && structures.length > 0 && protocol !== 'collaborative')
    found.push(
      diagnostic(
        ['head', 'structures'],
        `heads of several structures take protocol collaborative, found ${protocol}`,
      ),
    )
  if (of('head', 'initialisation') === 'private' && protocol === 'split')
    found.push(
      diagnostic(['head', 'initialisation'], 'split hands one head on; expected initialisation: shared'),
    )
  if (of('privacy') && protocol !== 'collaborative')
    found.push(
      diagnostic(
        ['privacy'],
        `privacy is for the heads of protocol collaborative; expected null with ${protocol}`,
      ),
    )
  return found
}
