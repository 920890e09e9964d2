import type { Template } from './template.js'

export const schedulerTemplate: Template = {
  source: (name) => `import { definePlugin, SITS_OUT, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'scheduler',
  name: '${name}',
  summary: 'each client the free slot that costs the round the least, one after the other',
  // What it gets to know: counts, large-scale, local or twin. Results state it beside its name.
  tier: 'twin',
  options: Type.Object(
    {
      order: Type.Enum(['index', 'weakest-first'], {
        default: 'index',
        description: 'whether clients choose by index, or those with the worst best channel first',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ order }) => ({
    decide(view) {
      const { clients, servers } = view.parameters
      const best = (client: number) =>
        Math.max(...view.meanGain.subarray(client * servers, (client + 1) * servers))
      // Those that have quit or are away sit out.
      const waiting = Array.from({ length: clients }, (_, client) => client).filter(
        (client) => view.active[client],
      )
      if (order === 'weakest-first') waiting.sort((a, b) => best(a) - best(b))

      // The evaluator knows what any change would cost; nobody is placed yet.
      const evaluator = view.evaluator()
      for (const client of waiting) {
        let bestSlot = SITS_OUT
        let bestCost = Number.POSITIVE_INFINITY
        for (
          let slot = evaluator.nextMove(client, -1, Number.POSITIVE_INFINITY);
          slot !== SITS_OUT;
          slot = evaluator.nextMove(client, slot, bestCost)
        ) {
          if (bestSlot !== SITS_OUT && evaluator.candidateCost >= bestCost) continue
          bestSlot = slot
          bestCost = evaluator.candidateCost
        }
        if (bestSlot !== SITS_OUT) evaluator.place(client, bestSlot)
      }
      return evaluator.assignment()
    },
  }),
})
`,
  use: (name) => `rounds: 200
# The others are compared with the first.
schedulers: [swap-matching, ${name}, hardest-first, random]
`,
  suite: (
    name,
  ) => `# npx cotwin bench ${name}.bench.yaml: every scheduler in the same rounds, paired, over seeds and sizes.
name: ${name}
scenarios: [./${name}.yaml]
set: { rounds: 100 }
schedulers: [swap-matching, ${name}, hardest-first]
baseline: swap-matching
seeds: 3
sweep:
  network.clients.count: [8, 16, 24]
`,
}
