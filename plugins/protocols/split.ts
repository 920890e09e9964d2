import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'split',
  summary:
    'split learning (Gupta and Raskar, 2018): one body, and one head that goes from client to client, so that a round takes as long as all turns together',
  options: Type.Object(
    {
      order: Type.Enum(['drawn', 'ascending'], {
        default: 'drawn',
        description: 'whose turn it is when: drawn anew in each round, or by number',
      }),
    },
    { additionalProperties: false },
  ),
  carries: ['split'],
  create: ({ order }) => ({
    *run(world) {
      while (yield* world.anybody()) {
        const clients = world.participants()
        if (order === 'drawn') world.random('turns', world.version).shuffle(clients)
        for (const client of clients) {
          // Who has left before it is its turn is passed over.
          if (!world.takesPart(client)) continue
          yield* world.turn(client, function* (turn) {
            yield* turn.train()
            turn.arrive()
          })
        }
        yield* world.aggregate()
      }
    },
  }),
})
