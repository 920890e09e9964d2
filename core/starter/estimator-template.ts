import { schedulers } from './network-templates.js'
import type { Template } from './template.js'

export const estimatorTemplate: Template = {
  source: (name) => `import { definePlugin, Type, tokens } from 'cotwin/plugin'

export default definePlugin({
  kind: 'estimator',
  name: '${name}',
  summary: 'the mean of what a link reported so far, older reports counting for less and less',
  options: Type.Object(
    {
      memory: Type.Number({ default: 0.5, minimum: 0, exclusiveMaximum: 1, description: 'what the reports before count for' }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ memory }, { network: { clients, servers, channels } }) {
    // K×N×M, like gains: 0 where nothing was reported yet.
    const gains = [new Float64Array(clients * servers * channels), new Float64Array(clients * servers * channels)]
    return {
      hear({ client, uplinkGain, downlinkGain }) {
        for (const [i, reported] of [uplinkGain, downlinkGain].entries())
          for (let server = 0; server < servers; server++)
            for (let channel = 0; channel < channels; channel++) {
              const at = (channel * clients + client) * servers + server
              const gain = reported[server * channels + channel]
              gains[i][at] = gains[i][at] === 0 ? gain : memory * gains[i][at] + (1 - memory) * gain
            }
      },
      // present.correlation and present.expected tell how much old reports still say of the present.
      estimate(present) {
        present.uplinkGain.set(gains[0])
        if (present.downlinkGain !== present.uplinkGain) present.downlinkGain.set(gains[1])
      },
      // A run that is resumed goes on from what was heard.
      save: () => ({ arrays: { up: gains[0].slice(), down: gains[1].slice() }, values: {} }),
      restore({ arrays }) {
        gains[0].set(arrays.up)
        gains[1].set(arrays.down)
      },
    }
  },
})
`,
  use: (name) => `rounds: 100
network: { clients: { positions: fixed }, doppler: {} }
twin: { everyRounds: 3, gainErrorDb: 2, estimator: ${name} }
${schedulers}`,
}
