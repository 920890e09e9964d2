import type { Template } from './template.js'

export const objectiveTemplate: Template = {
  source: (name) => `import { definePlugin, Type, tokens } from 'cotwin/plugin'

export default definePlugin({
  kind: 'objective',
  name: '${name}',
  summary: 'the joules of who has spent more than the mean so far cost more; so does the one joule bill that is the largest',
  options: Type.Object(
    {
      perJoule: Type.Number({ default: 0.1, minimum: 0, description: 'price of a joule for each joule above the mean' }),
      largest: Type.Number({ default: 0, minimum: 0, description: 'price of each joule of who spends most in a round' }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ perJoule, largest }, { network: { clients } }) {
    const spent = new Float64Array(clients)
    return {
      // What weighs how much in the coming round: schedulers and the evaluator go by it. Absent parts weigh nothing.
      terms() {
        const mean = spent.reduce((sum, joules) => sum + joules, 0) / clients
        return { clientEnergy: spent.map((joules) => perJoule * Math.max(0, joules - mean)) }
      },
      // What is no sum over clients, or known only afterwards: charged, and no search sees it. Leave it out if terms say all.
      cost: ({ cost }) => largest * cost.clientEnergy.reduce((most, joules) => (joules > most ? joules : most), 0),
      settle({ cost }) {
        for (const [client, joules] of cost.clientEnergy.entries()) if (joules > 0) spent[client] += joules
      },
      save: () => ({ values: {}, arrays: { spent } }),
      restore: ({ arrays }) => spent.set(arrays.spent as Float64Array),
    }
  },
})
`,
  use: (name) => `rounds: 100
objective: { latency: 0.5, energy: 0.5, terms: [${name}] }
schedulers: [swap-matching, hardest-first]
`,
}
