import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'centralized',
  summary:
    'clients send their samples up, edge servers compute, one model is trained on all of them; nothing comes back',
  options: Type.Object({}, { additionalProperties: false }),
  carries: ['centralized'],
  create: () => ({
    *run(world) {
      while (yield* world.anybody()) {
        yield* world.allOf(
          world.participants().map((client) =>
            world.turn(client, function* (turn) {
              yield* turn.uplink()
              yield* turn.computeAtEdge()
              turn.arrive()
            }),
          ),
        )
        yield* world.aggregate()
      }
    },
  }),
})
