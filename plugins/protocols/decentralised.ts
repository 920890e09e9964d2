import { definePlugin, Type, tokens, UserError } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'decentralised',
  summary:
    'no cloud: each edge server trains with its clients, then mixes its body with those of its neighbours, by Metropolis weights (Sun et al., 2023; Xiao and Boyd, 2004)',
  options: Type.Object(
    {
      graph: Type.Union(
        [
          Type.Enum(['ring', 'complete']),
          Type.Array(Type.Array(Type.Integer({ minimum: 0 }), { minItems: 2, maxItems: 2 }), { minItems: 1 }),
        ],
        {
          default: 'ring',
          description:
            'which edge servers are neighbours: each the next and the one before, all of all, or a list of pairs, from 0',
        },
      ),
    },
    { additionalProperties: false },
  ),
  carries: ['federated', 'collaborative'],
  withoutCloud: true,
  needs: { network: tokens.network },
  create({ graph }, { network }) {
    const neighbours = neighboursOf(graph, network.servers)
    return {
      *run(world) {
        while (yield* world.anybody()) {
          yield* world.allOf(
            world.participants().map((client) =>
              world.turn(client, function* (turn) {
                yield* turn.train()
                turn.arrive()
              }),
            ),
          )
          for (const server of neighbours.keys()) world.aggregateAtEdge(server)
          yield* world.exchange(neighbours)
        }
      },
    }
  },
})

type Pair = readonly number[]

/** The neighbours of each server, ascending; refused where servers are missing or cannot reach each other. */
function neighboursOf(graph: 'ring' | 'complete' | readonly Pair[], servers: number): number[][] {
  const all = Array.from({ length: servers }, (_, server) => server)
  const sets = all.map(() => new Set<number>())
  for (const [a, b] of pairsOf(graph, all)) {
    if (Math.max(a, b) >= servers || a === b)
      throw new UserError(
        `graph: [${a}, ${b}] is no pair of neighbours; expected two servers of 0 to ${servers - 1}`,
      )
    sets[a].add(b)
    sets[b].add(a)
  }
  const reached = new Set([0])
  for (const server of reached) for (const next of sets[server]) reached.add(next)
  const apart = all.find((server) => !reached.has(server))
  if (apart !== undefined)
    throw new UserError(`graph: server ${apart} cannot be reached from server 0; expected a connected graph`)
  return sets.map((own) => [...own].sort((a, b) => a - b))
}

function pairsOf(graph: 'ring' | 'complete' | readonly Pair[], all: readonly number[]): readonly Pair[] {
  if (graph === 'complete') return all.flatMap((a) => all.slice(a + 1).map((b): Pair => [a, b]))
  if (graph !== 'ring') return graph
  return all.length === 1 ? [] : all.map((a): Pair => [a, (a + 1) % all.length])
}
