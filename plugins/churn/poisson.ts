import { definePlugin, Type, tokens } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'churn',
  name: 'poisson',
  summary: 'each client stays and is away for exponential times, independent of the others',
  options: Type.Object(
    {
      meanStaySeconds: Type.Number({
        default: 3600,
        exclusiveMinimum: 0,
        'x-unit': 's',
        description: 'mean time that a client stays, s',
      }),
      meanAbsenceSeconds: Type.Number({
        default: 600,
        exclusiveMinimum: 0,
        'x-unit': 's',
        description: 'mean time that a client is away, s',
      }),
      start: Type.Enum(['present', 'stationary'], {
        default: 'present',
        description: 'whether at time 0 all clients are there, or each with its long-run probability',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create: ({ meanStaySeconds, meanAbsenceSeconds, start }, { random }) => ({
    timeline: (client) => {
      const stream = random.stream('client', client)
      const share = meanStaySeconds / (meanStaySeconds + meanAbsenceSeconds)
      const presentAtStart = stream.next() < share || start === 'present'
      let present = presentAtStart
      let time = 0
      return {
        presentAtStart,
        next() {
          time += stream.exponential(present ? meanStaySeconds : meanAbsenceSeconds)
          present = !present
          return time
        },
      }
    },
  }),
})
