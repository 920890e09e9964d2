import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'fading',
  name: 'none',
  summary: 'no small-scale fading: the gain is its mean',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({ fill: (power) => void power.fill(1), age: () => {} }),
})
