import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'federated',
  summary:
    'federated learning (McMahan et al., 2017): weights come down, each client trains the whole model, weights go up, and are put together when all are there',
  options: Type.Object({}, { additionalProperties: false }),
  carries: ['federated'],
  create: () => ({
    *run(world) {
      while (yield* world.anybody()) {
        yield* world.allOf(
          world.participants().map((client) =>
            world.turn(client, function* (turn) {
              yield* turn.downlink()
              yield* turn.trainWhole()
              yield* turn.uplink()
              turn.arrive()
            }),
          ),
        )
        yield* world.stageTwo()
      }
    },
  }),
})
