import type { Template } from './template.js'

export const schedulers = 'schedulers: [swap-matching, hardest-first]\n'

export const placementTemplate: Template = {
  source: (name) => `import { definePlugin, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'placement',
  name: '${name}',
  summary: 'on a disc around the middle of the area, anywhere on it',
  options: Type.Object(
    {
      radiusM: Type.Number({ default: 200, exclusiveMinimum: 0, 'x-unit': 'm', description: 'radius of the disc, m' }),
    },
    { additionalProperties: false },
  ),
  create: ({ radiusM }) => ({
    position({ area, random }) {
      // The square root makes every part of the disc as likely.
      const distance = radiusM * Math.sqrt(random.next())
      const angle = random.uniform(0, 2 * Math.PI)
      return {
        x: area.widthM / 2 + distance * Math.cos(angle),
        y: area.heightM / 2 + distance * Math.sin(angle),
      }
    },
  }),
})
`,
  use: (name) => `rounds: 100
network:
  clients: { placement: ${name} }
${schedulers}`,
}

export const propagationTemplate: Template = {
  source: (name) => `import { definePlugin, fromDecibels, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'propagation',
  name: '${name}',
  summary: 'two slopes: free space up to a breakpoint, steeper beyond it',
  options: Type.Object(
    {
      breakpointM: Type.Number({ default: 50, exclusiveMinimum: 0, 'x-unit': 'm', description: 'distance of the breakpoint, m' }),
      lossDb: Type.Number({ default: 38, description: 'path loss at 1 m, dB' }),
    },
    { additionalProperties: false },
  ),
  create: ({ breakpointM, lossDb }) => ({
    meanGain({ distanceM }) {
      const near = 20 * Math.log10(Math.min(distanceM, breakpointM))
      const far = 40 * Math.log10(Math.max(1, distanceM / breakpointM))
      return fromDecibels(-(lossDb + near + far))
    },
  }),
})
`,
  use: (name) => `rounds: 100
network:
  propagation: ${name}
${schedulers}`,
}

export const fadingTemplate: Template = {
  source: (name) => `import { definePlugin, fromDecibels, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'fading',
  name: '${name}',
  summary: 'two states: a link is clear or blocked, with unit mean over both',
  options: Type.Object(
    {
      blocked: Type.Number({ default: 0.2, minimum: 0, exclusiveMaximum: 1, description: 'probability of being blocked' }),
      lossDb: Type.Number({ default: 20, minimum: 0, description: 'what a blocked link loses, dB' }),
    },
    { additionalProperties: false },
  ),
  create: ({ blocked, lossDb }) => {
    const weak = fromDecibels(-lossDb)
    const mean = blocked * weak + 1 - blocked
    return {
      fill(power, random) {
        for (let i = 0; i < power.length; i++) power[i] = (random.next() < blocked ? weak : 1) / mean
      },
    }
  },
})
`,
  use: (name) => `rounds: 100
network:
  fading: ${name}
${schedulers}`,
}

export const rateTemplate: Template = {
  source: (name) => `import { definePlugin, fromDecibels, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'rate',
  name: '${name}',
  summary: 'three modulations: QPSK, 16-QAM and 64-QAM at half rate, each from a SINR on',
  options: Type.Object(
    {
      marginDb: Type.Number({ default: 0, 'x-unit': 'dB', description: 'by how much SINRs have to be higher, dB' }),
    },
    { additionalProperties: false },
  ),
  // Data, so that searches can look it up: efficiencies (bit/s/Hz) that hold from ascending SINRs (linear) on.
  create: ({ marginDb }) => ({
    form: 'table',
    sinr: Float64Array.of(0, 8, 15).map((db) => fromDecibels(db + marginDb)),
    efficiency: Float64Array.of(1, 2, 3),
  }),
})
`,
  use: (name) => `rounds: 100
network:
  rate: ${name}
${schedulers}`,
}

export const mobilityTemplate: Template = {
  source: (name) => `import { definePlugin, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'mobility',
  name: '${name}',
  summary: 'straight on at one speed, turned back by the borders of the area',
  options: Type.Object(
    {
      speedMps: Type.Number({ default: 1.5, minimum: 0, 'x-unit': 'm/s', description: 'speed, m/s' }),
    },
    { additionalProperties: false },
  ),
  create: ({ speedMps }) => ({
    trajectory({ start, area, random }) {
      const angle = random.uniform(0, 2 * Math.PI)
      // A path that is reflected at a border is a straight one, folded.
      const folded = (at: number, length: number) => {
        const turned = ((at % (2 * length)) + 2 * length) % (2 * length)
        return turned <= length ? turned : 2 * length - turned
      }
      return (time) => ({
        x: folded(start.x + speedMps * time * Math.cos(angle), area.widthM),
        y: folded(start.y + speedMps * time * Math.sin(angle), area.heightM),
      })
    },
  }),
})
`,
  use: (name) => `rounds: 100
network:
  clients: { positions: fixed, mobility: ${name} }
${schedulers}`,
}

export const gainsTemplate: Template = {
  source: (name) => `import { definePlugin, gainIndex, Type, tokens } from 'cotwin/plugin'

export default definePlugin({
  kind: 'gains',
  name: '${name}',
  summary: 'every client has one strong server, the same in every round, and exponential gains',
  options: Type.Object(
    {
      strong: Type.Number({ default: 1e-9, exclusiveMinimum: 0, description: 'mean power gain of the strong link, linear' }),
      weak: Type.Number({ default: 1e-11, exclusiveMinimum: 0, description: 'mean power gain of the others, linear' }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network, random: tokens.random },
  create: ({ strong, weak }, { network, random }) => ({
    // K×N×M, for the uplink; without a downlink of its own that holds both ways.
    fill(round, uplinkGain) {
      const stream = random.stream('round', round)
      for (let client = 0; client < network.clients; client++)
        for (let server = 0; server < network.servers; server++)
          for (let channel = 0; channel < network.channels; channel++) {
            const mean = client % network.servers === server ? strong : weak
            uplinkGain[gainIndex(network, client, server, channel)] = stream.exponential(mean)
          }
      return false
    },
  }),
})
`,
  use: (name) => `rounds: 100
network:
  gains: ${name}
${schedulers}`,
}

export const churnTemplate: Template = {
  source: (name) => `import { definePlugin, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'churn',
  name: '${name}',
  summary: 'clients work in shifts: every other one is away while the others are there',
  options: Type.Object(
    {
      shiftSeconds: Type.Number({ default: 600, exclusiveMinimum: 0, 'x-unit': 's', description: 'length of a shift, s' }),
    },
    { additionalProperties: false },
  ),
  create: ({ shiftSeconds }) => ({
    timeline(client) {
      let time = 0
      return {
        presentAtStart: client % 2 === 0,
        next() {
          time += shiftSeconds
          return time
        },
      }
    },
  }),
})
`,
  use: (name) => `rounds: 100
dynamics: dynamic
churn: ${name}
${schedulers}`,
}

export const computeTimeTemplate: Template = {
  source: (name) => `import { definePlugin, Type } from 'cotwin/plugin'

export default definePlugin({
  kind: 'compute-time',
  name: '${name}',
  summary: 'now and then a client is busy with something else and computes several times as long',
  options: Type.Object(
    {
      probability: Type.Number({ default: 0.1, minimum: 0, maximum: 1, description: 'of being busy in a round' }),
      factor: Type.Number({ default: 4, exclusiveMinimum: 0, description: 'on the computing time of a busy client' }),
    },
    { additionalProperties: false },
  ),
  create: ({ probability, factor }) => ({
    factor: ({ random }) => (random.next() < probability ? factor : 1),
  }),
})
`,
  use: (name) => `rounds: 100
dynamics: dynamic
workload: { headFlopsPerSample: 1.0e9 }
network:
  clients: { flops: 1.0e12 }
faults: { stragglers: ${name} }
${schedulers}`,
}
