import type { Template } from './template.js'

export const allocatorTemplate: Template = {
  source: (name) => `import { definePlugin, fromDecibels, SITS_OUT, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'allocator',
  name: '${name}',
  summary: 'no more power than an uplink needs for a signal of so many decibels over the noise',
  // What it fills in for the slots that a scheduler gave; a scenario has to open it (decisions).
  decides: ['power'],
  options: Type.Object(
    {
      snrDb: Type.Number({ default: 20, description: 'signal to noise that is enough, dB' }),
    },
    { additionalProperties: false },
  ),
  create: ({ snrDb }) => ({
    allocate({ network }, decision) {
      const { servers, channels, meanGain, noiseW, clientPowerW } = network
      const powerW = clientPowerW.map((most, client) => {
        const slot = decision.assignment[client]
        if (slot === SITS_OUT) return most
        const gain = meanGain[client * servers + Math.floor(slot / channels)]
        const decided = decision.powerW?.[client] ?? Number.NaN
        return Number.isNaN(decided) ? Math.min(most, (noiseW * fromDecibels(snrDb)) / gain) : decided
      })
      return { ...decision, powerW }
    },
  }),
})
`,
  use: (name) => `rounds: 100
decisions: { power: {} }
schedulers:
  - swap-matching
  - { plugin: swap-matching, label: with-${name}, allocate: [${name}] }
`,
}
