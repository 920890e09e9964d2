import { describe, expect, test } from 'vitest'
import { pluginContextOf } from '../../../../core/environment/plugin-context.js'
import { createPlugin } from '../../../../core/plugin/create-plugin.js'
import { findViolations, SITS_OUT, type Trainer } from '../../../../core/plugin/index.js'
import { parseScenario } from '../../../../core/scenario/load.js'
import { openTrainingEnvironment } from '../../../../core/twin/training-environment.js'
import { builtInPlugins } from '../../../../plugins/index.js'
import { recordsOf } from '../../../simulation/experiments.js'
import { decide, networkOf } from '../support.js'

const small = { clients: 4, servers: 2, channels: 3 }

/** A scenario of few clients with one scheduler, `options` as YAML. */
const scenario = (options: string, more = '', network = '') =>
  `network: { clients: { count: ${small.clients}, positions: fixed }, servers: { count: ${small.servers} }, channels: { count: ${small.channels} } ${network} }
training: { validationRounds: 20 }
schedulers: [{ plugin: d3qn, options: { hidden: [24], networks: 4, updateEvery: 4, replay: 512, ${options} } }]
${more}`

async function learnerOf(text: string) {
  const loaded = await parseScenario(text, { registry: builtInPlugins })
  const [reference] = loaded.scenario.schedulers
  const scheduler = await createPlugin('scheduler', reference, 'scheduler/learner', pluginContextOf(loaded))
  const environment = await openTrainingEnvironment(loaded, 'learner')
  return { scheduler, environment, train: (start?: never) => scheduler.train!(environment, start) }
}

async function toTheEnd(trainer: Trainer) {
  let progress = await trainer.advance()
  while (progress.done < 1) progress = await trainer.advance()
  return progress
}

const geometricMean = (costs: Float64Array) =>
  Math.exp(costs.reduce((sum, cost) => sum + Math.log(cost), 0) / costs.length)

describe('a decision', () => {
  test('gives each client that is there a slot of its own, and the others none', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const network = networkOf(seed, { clients: 12, servers: 3, channels: 5 })
      const active = Uint8Array.from({ length: 12 }, (_, client) => ((client + seed) % 4 === 0 ? 0 : 1))
      const assignment = await decide('d3qn', { untrained: true, hidden: [16] }, network, active)
      expect(findViolations(assignment, network, active)).toEqual([])
      for (let client = 0; client < 12; client++)
        expect(assignment[client] !== SITS_OUT).toBe(active[client] === 1)
    }
  })

  test('leaves out clients for whom no slot is left', async () => {
    const network = networkOf(2, { clients: 7, servers: 2, channels: 2 })
    const assignment = await decide('d3qn', { untrained: true, hidden: [16] }, network)
    expect(findViolations(assignment, network)).toEqual([])
    expect(assignment.filter((slot) => slot === SITS_OUT)).toHaveLength(3)
  })

  test('breaks C5 where nobody repairs it, and the physics shows it', async () => {
    const text = (repair: boolean) =>
      `rounds: 10\nconstraints: { onViolation: interfere }\nschedulers: [{ plugin: d3qn, options: { hidden: [16], untrained: true, repair: ${repair} } }]`
    const shared = (await recordsOf(text(false))).reduce((sum, { violations }) => sum + violations, 0)
    expect(shared).toBeGreaterThan(0)
    for (const { violations } of await recordsOf(text(true))) expect(violations).toBe(0)
  })
})

describe('training', () => {
  test.each([
    'observation: large-scale',
    'observation: local',
    'fingerprint: true',
    'reward: reciprocal-scaled',
    'reward: negative-log-cost',
    'credit: vdn',
    'credit: counterfactual, reward: negative-log-cost',
    'target: literal',
    'sharedParameters: true',
    'sharedParameters: true, credit: vdn, observation: local',
    'repair: false',
  ])('goes its way with %s', async (options) => {
    const { train } = await learnerOf(scenario(`rounds: 400, ${options}`))
    const trainer = await train()
    const { loss, updates, rounds, agentLosses, exploration } = await toTheEnd(trainer)
    expect(rounds).toBe(400)
    expect(updates).toBe(100 - 64 / 4 + 1)
    expect(exploration).toBeCloseTo(0.1, 12)
    expect(loss).toBeGreaterThan(0)
    expect(agentLosses).toHaveLength(4)
    for (const cost of await trainer.validate()) expect(cost).toBeGreaterThan(0)
    trainer.dispose()
  })

  test('budgets that are spent end agents and episodes', async () => {
    const { train, environment } = await learnerOf(
      scenario('rounds: 400', 'budgets: { energyJoules: 2000, latencySeconds: 60000 }'),
    )
    expect(environment.energyBudgetJoules[0]).toBe(2000)
    const trainer = await train()
    const { episode, loss } = await toTheEnd(trainer)
    // Episodes would have 25 rounds: the four networks would come to 20 of them.
    expect(episode).toBeGreaterThan(40)
    expect(loss).toBeGreaterThan(0)
    trainer.dispose()
  })

  test('may start from a policy, and explores no more than in the end', async () => {
    const { train, scheduler } = await learnerOf(scenario('rounds: 400, untrained: true'))
    const first = await train()
    await toTheEnd(first)
    const policy = await first.policy()
    const second = await scheduler.train!((await learnerOf(scenario('rounds: 400'))).environment, policy)
    expect(await second.policy()).toEqual(policy)
    expect((await second.advance()).exploration).toBeCloseTo(0.1, 12)
    scheduler.restore!(policy)
    expect(scheduler.save!()).toEqual(policy)
    for (const trainer of [first, second]) trainer.dispose()
  })

  test('finds a good assignment where one that never changes is enough', async () => {
    // No fading and fixed places: what a policy without channels can come to is the optimum.
    const still = (options: string) =>
      learnerOf(scenario(options, 'episodes: { rounds: 25 }', ', fading: none'))
    const { train, environment } = await still(
      'rounds: 6000, reward: negative-log-cost, credit: counterfactual, discount: 0.5',
    )
    const trainer = await train()
    const before = geometricMean(await trainer.validate())
    await toTheEnd(trainer)
    const after = geometricMean(await trainer.validate())
    trainer.dispose()
    const search = await createPlugin(
      'scheduler',
      { plugin: 'static', options: { networks: 1, descents: 8, untrained: false } },
      'static',
      pluginContextOf(await parseScenario('{}', { registry: builtInPlugins })),
    )
    const bound = await search.train!(environment)
    while ((await bound.advance()).done < 1);
    const best = geometricMean(await bound.validate())
    expect(after).toBeLessThan(1.5 * best)
    expect(before).toBeGreaterThan(1.5 * best)
  })
})
