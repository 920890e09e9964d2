import { definePlugin, Type } from '../../core/plugin/index.js'

const SPEED_OF_LIGHT = 299_792_458

export default definePlugin({
  kind: 'propagation',
  name: 'free-space',
  summary: 'free-space path loss, (c / 4πfd)² (Friis, 1946)',
  options: Type.Object(
    {
      frequencyHz: Type.Number({ default: 2e9, exclusiveMinimum: 0, description: 'carrier frequency, Hz' }),
    },
    { additionalProperties: false },
  ),
  create: ({ frequencyHz }) => ({
    meanGain: ({ distanceM }) => (SPEED_OF_LIGHT / (4 * Math.PI * frequencyHz * distanceM)) ** 2,
  }),
})
