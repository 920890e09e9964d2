import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'asynchronous',
  summary:
    'whoever is done sets out anew at once; updates are put together as they arrive, as many at a time as the aggregator takes (Xie et al., 2019; Nguyen et al., 2022)',
  options: Type.Object(
    {
      bufferSize: Type.Union([Type.Null(), Type.Integer({ minimum: 1, maximum: 100_000 })], {
        default: null,
        description:
          'updates put together at once; null: as many as the aggregator of bodies takes, 1 where it does not say',
      }),
      decideEvery: Type.Integer({
        default: 16,
        minimum: 1,
        description: 'aggregations from one decision of the schedulers to the next, with channels drawn anew',
      }),
      decideAt: Type.Enum(['rounds', 'asking'], {
        default: 'rounds',
        description:
          'when schedulers decide: for all, every decideEvery aggregations, or for those that ask, for a turn each, while others keep their slots',
      }),
      windowSeconds: Type.Number({
        default: 0,
        minimum: 0,
        'x-unit': 's',
        description:
          'how long is waited for others that ask; 0: those of the same instant (decideAt: asking)',
      }),
      queue: Type.Enum(['fifo', 'longest-waiting', 'fewest-turns', 'random'], {
        default: 'fifo',
        description: 'who is decided for first where more ask than slots are free (decideAt: asking)',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ bufferSize, decideEvery, decideAt, windowSeconds, queue }) => ({
    decideEvery,
    ...(decideAt === 'asking' && { asks: { windowSeconds, queue } }),
    *run(world) {
      const atOnce = bufferSize ?? world.bufferSize
      const clients = Array.from({ length: world.clients }, (_, client) =>
        world.process(function* () {
          const turn = () =>
            world.turn(client, function* (own) {
              yield* world.fromCloud(own.server)
              yield* own.train()
              yield* world.toCloud(own.server)
              own.arrive()
            })
          while ((yield* turn()) !== 'gone') if (world.waiting >= atOnce) yield* world.aggregate()
        }),
      )
      yield* world.allOf(clients)
    },
  }),
})
