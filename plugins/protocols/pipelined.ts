import { definePlugin, type ProtocolWorld, type Turn, Type } from '../../core/plugin/index.js'

/** Of the work on a sample at the edge, what goes back through the body: two of three passes. */
const BACKWARD = 2 / 3

export default definePlugin({
  kind: 'protocol',
  name: 'pipelined',
  summary:
    'split learning in parallel whose mini-batches overlap: while one is sent up, the one before is computed at the edge, and the one before that comes down',
  options: Type.Object(
    {
      parts: Type.Integer({
        default: 8,
        minimum: 1,
        maximum: 10_000,
        description:
          'mini-batches that a round of a client is divided into; gradients are added up, so that what is learned is what one part learns',
      }),
      aggregatedShare: Type.Number({
        default: 0,
        minimum: 0,
        maximum: 1,
        description:
          'share of samples whose gradients at the last layer are averaged over the clients of a server, which then go back through the body once for all, and down to all of them alike (Lin et al., 2024)',
      }),
    },
    { additionalProperties: false },
  ),
  carries: ({ aggregatedShare }) =>
    aggregatedShare > 0 ? ['collaborative'] : ['collaborative', 'splitfed-v1'],
  create: ({ parts, aggregatedShare }) => ({
    averagedShare: aggregatedShare,
    *run(world) {
      while (yield* world.anybody()) {
        const clients = world.participants()
        yield* world.allOf(
          clients.map((client) =>
            world.turn(client, function* (turn) {
              const others = clients.filter((other) => world.serverOf(other) === turn.server).length
              const saved = BACKWARD * aggregatedShare * (1 - 1 / others)
              yield* turn.inParallel(stagesOf(world, turn, { parts, work: 1 - saved }))
              turn.arrive()
            }),
          ),
        )
        yield* world.stageTwo()
      }
    },
  }),
})

/** The five stages of a turn, each of which takes one part after the other, as soon as the stage before is done with it. */
function stagesOf(world: ProtocolWorld, turn: Turn, { parts, work }: { parts: number; work: number }) {
  const share = 1 / parts
  // What runs forward and what runs backward share the client's processor.
  const processor = world.resource()
  const stages = [
    () => processor.use(() => turn.computeBefore(share)),
    () => turn.uplink({ share }),
    () => turn.computeAtEdge({ share: share * work }),
    () => turn.downlink({ share }),
    () => processor.use(() => turn.computeAfter(share)),
  ]
  const done = stages.map(() => Array.from({ length: parts }, () => world.event()))
  return stages.map(
    (stage, i) =>
      function* () {
        for (let part = 0; part < parts; part++) {
          if (i > 0) yield* done[i - 1][part]
          yield* stage()
          done[i][part].succeed()
        }
      },
  )
}
