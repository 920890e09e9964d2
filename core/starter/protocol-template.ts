import { schedulers } from './network-templates.js'
import type { Template } from './template.js'

export const protocolTemplate: Template = {
  source: (name) => `import { definePlugin, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'protocol',
  name: '${name}',
  summary: 'everyone sets out together; whoever is first to be done with the slowest left out is put together',
  options: Type.Object(
    {
      leftOut: Type.Integer({ default: 1, minimum: 0, description: 'clients that are not waited for' }),
    },
    { additionalProperties: false },
  ),
  create: ({ leftOut }) => ({
    *run(world) {
      const free = new Set(Array.from({ length: world.clients }, (_, client) => client))
      while (yield* world.anybody()) {
        const turns = [...free]
          .filter((client) => world.takesPart(client))
          .map((client) => {
            free.delete(client)
            return world.process(function* () {
              yield* world.turn(client, function* (turn) {
                yield* turn.train()
                turn.arrive()
              })
              free.add(client)
            })
          })
        yield* world.someOf(turns, Math.max(Math.min(1, turns.length), turns.length - leftOut))
        yield* world.aggregate()
      }
    },
  }),
})
`,
  use: (name) => `rounds: 100
dynamics: dynamic
protocol: ${name}
workload: { headFlopsPerSample: 1.0e9 }
network:
  clients: { flops: 1.0e12 }
${schedulers}`,
}
