import { definePlugin, Type } from '../../core/plugin/index.js'
import { ageScattered, fillScattered } from './shared/scattered.js'

export default definePlugin({
  kind: 'fading',
  name: 'rayleigh',
  summary: 'no line of sight: power is exponential with unit mean (Table I)',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    kFactor: () => 0,
    fill: (power, random) => fillScattered(power, random),
    age: (power, correlation, random) => ageScattered(power, correlation, random),
  }),
})
