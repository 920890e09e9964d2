import { definePlugin, type ModelTail, type ProtocolWorld, Type, UserError } from '../../core/plugin/index.js'

/** Of the work on a sample, what goes forward: one of three passes. */
const FORWARD = 1 / 3

export default definePlugin({
  kind: 'protocol',
  name: 'u-shaped',
  summary:
    'split learning without sharing labels (Vepakomma et al., 2018): head and tail are at the client, in turn; activations go up, come down, and gradients the same way back',
  options: Type.Object(
    {
      tailLayers: Type.Integer({
        default: 1,
        minimum: 1,
        description: 'layers of the tail, where a model is learned and the two options below are null',
      }),
      tailBitsPerSample: Type.Union([Type.Null(), Type.Number({ minimum: 0, 'x-unit': 'bit per sample' })], {
        default: null,
        description:
          'what comes down into the tail, and goes up as its gradient, bit per sample; null: of the model',
      }),
      tailFlopsPerSample: Type.Union(
        [Type.Null(), Type.Number({ minimum: 0, 'x-unit': 'FLOP per sample' })],
        {
          default: null,
          description:
            'work of the tail at the client, forward and backward, FLOP per sample, which the edge does not have; null: of the model',
        },
      ),
    },
    { additionalProperties: false },
  ),
  carries: ['split'],
  ownLoads: true,
  create: ({ tailLayers, tailBitsPerSample, tailFlopsPerSample }) => ({
    *run(world) {
      const ofModel = tailOf(world, tailLayers, tailBitsPerSample === null || tailFlopsPerSample === null)
      const bitsOfSample = tailBitsPerSample ?? ofModel.bits
      const flopsOfSample = tailFlopsPerSample ?? ofModel.flops
      if (flopsOfSample > world.load.bodyFlops)
        throw new UserError(
          `tailFlopsPerSample: the tail takes ${flopsOfSample} FLOPs a sample and is part of a body of ${world.load.bodyFlops}; expected no more than that`,
        )
      while (yield* world.anybody()) {
        const clients = world.participants()
        world.random('turns', world.version).shuffle(clients)
        for (const client of clients) {
          if (!world.takesPart(client)) continue
          const samples = world.samples[client]
          const bits = samples * bitsOfSample
          const middle = samples * (world.load.bodyFlops - flopsOfSample)
          yield* world.turn(client, function* (turn) {
            yield* turn.computeBefore()
            yield* turn.uplink()
            yield* turn.computeAtEdge({ flops: FORWARD * middle })
            yield* turn.downlink({ bits })
            yield* turn.compute(samples * flopsOfSample)
            yield* turn.uplink({ bits })
            yield* turn.computeAtEdge({ flops: (1 - FORWARD) * middle })
            yield* turn.downlink()
            yield* turn.computeAfter()
            turn.arrive()
          })
        }
        yield* world.aggregate()
      }
    },
  }),
})

function tailOf(world: ProtocolWorld, layers: number, asked: boolean): ModelTail {
  const tail = world.tail(layers)
  if (tail) return tail
  if (!asked) return { bits: 0, flops: 0 }
  throw new UserError(
    'protocol.options: no model is learned with so many layers behind its cut, and one more, that would tell what a tail takes; ' +
      'expected tailBitsPerSample and tailFlopsPerSample, or fewer tailLayers',
  )
}
