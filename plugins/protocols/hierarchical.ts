import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'hierarchical',
  summary:
    'edge servers put together what their clients train, round after round, and every so many rounds a cloud what the servers have (Liu et al., 2020)',
  options: Type.Object(
    {
      edgeRounds: Type.Integer({
        default: 2,
        minimum: 1,
        maximum: 10_000,
        description:
          'κ2, rounds of an edge server with its clients to one of the cloud; the local steps κ1 of such a round are those of learning.passes, learning.batchSize and workload.samplesPerRound',
      }),
    },
    { additionalProperties: false },
  ),
  carries: ['federated'],
  create: ({ edgeRounds }) => ({
    *run(world) {
      while (yield* world.anybody()) {
        const clients = world.participants()
        const servers = [...new Set(clients.map((client) => world.serverOf(client)))]
        const edges = servers.map((server) =>
          world.process(function* () {
            const own = clients.filter((client) => world.serverOf(client) === server)
            for (let round = 1; round <= edgeRounds; round++) {
              yield* world.allOf(
                own
                  .filter((client) => world.takesPart(client))
                  .map((client) =>
                    world.turn(client, function* (turn) {
                      yield* turn.downlink()
                      yield* turn.trainWhole()
                      yield* turn.uplink()
                      turn.arrive()
                    }),
                  ),
              )
              // What comes last the cloud puts together, with that of all other servers.
              if (round < edgeRounds) world.aggregateAtEdge(server)
            }
          }),
        )
        yield* world.allOf(edges)
        yield* world.stageTwo()
      }
    },
  }),
})
