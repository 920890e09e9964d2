import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'splitfed',
  summary:
    'split learning in parallel with heads averaged (Thapa et al., 2022): v1 trains a body for each client, v2 one a server, on one client after the other',
  options: Type.Object(
    {
      version: Type.Enum(['v1', 'v2'], {
        default: 'v1',
        description:
          'v1: edge servers train a body for each client, at once; v2: one body, on clients in the order in which theirs arrives',
      }),
    },
    { additionalProperties: false },
  ),
  carries: ({ version }) => [`splitfed-${version}`],
  create: ({ version }) => ({
    *run(world) {
      const bodies = Array.from({ length: world.servers }, () =>
        world.resource(version === 'v2' ? 1 : Number.POSITIVE_INFINITY),
      )
      while (yield* world.anybody()) {
        yield* world.allOf(
          world.participants().map((client) =>
            world.turn(client, function* (turn) {
              yield* turn.computeBefore()
              yield* turn.uplink()
              yield* bodies[turn.server].use(() => turn.computeAtEdge())
              yield* turn.downlink()
              yield* turn.computeAfter()
              turn.arrive()
            }),
          ),
        )
        yield* world.stageTwo()
      }
    },
  }),
})
