import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'collaborative',
  summary:
    'Algorithm 1 of the paper: each edge server trains a body with its clients, bodies are put together when all are done',
  options: Type.Object({}, { additionalProperties: false }),
  carries: ['collaborative'],
  create: () => ({
    // For each round t
    *run(world) {
      while (yield* world.anybody()) {
        // Stage I: for each edge server, for each of its clients in parallel
        yield* world.allOf(
          world.participants().map((client) =>
            world.turn(client, function* (turn) {
              // the client runs its head forward on its samples, and sends what comes of it, eqs. (5) and (12)
              yield* turn.computeBefore()
              yield* turn.uplink()
              // the edge server trains the body, eqs. (1) and (7), and sends gradients back, eq. (16)
              yield* turn.computeAtEdge()
              yield* turn.downlink()
              // the client trains its head, eq. (2)
              yield* turn.computeAfter()
              turn.arrive()
            }),
          ),
        )
        // Stage II-A: bodies become one, eq. (3); Stage II-B: so do the heads of those that share theirs, eq. (4)
        yield* world.stageTwo()
      }
    },
  }),
})
