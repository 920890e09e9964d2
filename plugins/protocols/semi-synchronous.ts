import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'protocol',
  name: 'semi-synchronous',
  summary:
    'all set out together; what has arrived when enough have or time is up is put together; late updates are kept for the next time or dropped',
  options: Type.Object(
    {
      deadlineSeconds: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' })], {
        default: null,
        description: 'time after which nobody is waited for any longer, s; null: without limit',
      }),
      enough: Type.Number({
        default: 1,
        exclusiveMinimum: 0,
        maximum: 1,
        description:
          'share of those that set out which is waited for, e.g. 0.8 where a quarter more are asked than needed',
      }),
      late: Type.Enum(['kept', 'dropped'], {
        default: 'kept',
        description:
          'what becomes of updates that arrive after their round: they count in the next, stale, or not at all',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ deadlineSeconds, enough, late }) => ({
    *run(world) {
      // The round whose updates are still waited for; none while they are put together.
      let open: number | undefined
      const underway = new Map<number, ReturnType<typeof world.process<void>>>()
      while (yield* world.anybody()) {
        const round = world.version
        open = round
        const setOut = range(world.clients).filter(
          (client) => world.takesPart(client) && !underway.has(client),
        )
        const turns = setOut.map((client) =>
          world.process(function* () {
            yield* world.turn(client, function* (turn) {
              yield* turn.train()
              if (late === 'kept' || open === round) turn.arrive()
            })
            underway.delete(client)
          }),
        )
        for (const [i, client] of setOut.entries()) underway.set(client, turns[i])
        // With nobody to set out, those that are late are waited for.
        const awaited = turns.length > 0 ? turns : [...underway.values()]
        const limit = deadlineSeconds === null ? [] : [world.timeout(deadlineSeconds)]
        if (awaited.length > 0)
          yield* world.anyOf([world.someOf(awaited, Math.ceil(enough * awaited.length)), ...limit])
        for (const each of limit) each.cancel()
        open = undefined
        yield* world.stageTwo()
      }
    },
  }),
})

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
