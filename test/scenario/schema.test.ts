import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { definePlugin, Type } from '../../core/plugin/index.js'
import { asNode, type SchemaNode } from '../../core/scenario/schema/annotations.js'
import { scenarioSchema } from '../../core/scenario/schema/json-schema.js'
import { scenarioFileSchema } from '../../core/scenario/schema/schema.js'
import { registry, scenarioOf } from './support.js'

describe('the defaults', () => {
  test("are the paper's setting", async () => {
    const { network, workload, objective, rounds, seed } = await scenarioOf('description: all defaults')
    expect(network).toEqual({
      area: { widthM: 600, heightM: 600 },
      clients: {
        count: 16,
        powerDbm: 23,
        powerControl: null,
        flops: 1.424e13,
        joulesPerSample: 0,
        waitingPowerW: 0,
        placement: { plugin: 'uniform', label: 'uniform', options: {} },
        clockHz: null,
        cyclesPerRound: 0,
        switchedCapacitance: 0,
        amplifierEfficiency: 1,
        circuitPowerW: 0,
        receivePowerW: 0,
        heightM: 1.5,
        indoor: null,
        speedMps: 0.8333,
        positions: 'per-round',
        perRound: null,
        drawnBy: null,
        mobility: null,
      },
      servers: {
        count: 4,
        powerDbm: 33,
        flops: 1.424e13,
        placement: { plugin: 'corners', label: 'corners', options: {} },
        heightM: null,
        computingPowerW: null,
        idlePowerW: null,
        amplifierEfficiency: null,
        circuitPowerW: null,
        sectors: null,
      },
      channels: { count: 10, bandwidthHz: 4e6, noiseDbm: -114, noiseFigureDb: null },
      access: 'channels',
      backhaul: {
        bitsPerSecond: null,
        latencySeconds: 0,
        joulesPerBit: 0,
        bodyBits: null,
        aggregationSeconds: 0,
      },
      propagation: {
        plugin: 'log-distance',
        label: 'log-distance',
        options: { interceptDb: 35.3, slopeDb: 37.6 },
      },
      minimumDistanceM: 1,
      fading: { plugin: 'rayleigh', label: 'rayleigh', options: {} },
      rate: null,
      strongestLinks: null,
      reciprocal: true,
      doppler: null,
      coherenceTimeSeconds: null,
      gains: null,
    })
    expect(workload).toEqual({
      samplesPerRound: 128,
      uplinkBitsPerSample: 10 * 14 * 14 * 1024 * 32,
      downlinkBitsPerSample: 10 * 14 * 14 * 1024 * 32,
      bodyFlopsPerSample: 4.9e10,
      headFlopsPerSample: 0,
      uplinkBitsPerRound: 0,
      downlinkBitsPerRound: 0,
      headForwardShare: 1 / 3,
    })
    expect({ objective, rounds, seed }).toEqual({
      objective: { latency: 0.5, energy: 0.5, unserved: 0, unservedSample: 0, terms: [] },
      rounds: 100,
      seed: 1,
    })
  })

  test('leave budgets open, record the first round and compare with the first scheduler', async () => {
    const { budgets, episodes, dynamics, round, churn, faults, constraints, ...rest } = await scenarioOf(
      'schedulers: [greedy, random]',
    )
    const { record, checkpoint, report, schedulers } = rest
    expect({
      budgets,
      episodes,
      dynamics,
      round,
      churn,
      faults,
      constraints,
      record,
      checkpoint,
      report,
    }).toEqual({
      budgets: { latencySeconds: null, energyJoules: null },
      episodes: { rounds: 25 },
      dynamics: 'static',
      round: { deadlineSeconds: null },
      churn: null,
      faults: { outages: null, stragglers: null, servers: null },
      constraints: { onViolation: 'error', minimumClients: 0, minimumSamples: 0 },
      record: { clients: true, detailRounds: [1], coherenceTimesSeconds: [] },
      checkpoint: { everyRounds: null, everySeconds: 30, keep: 2 },
      report: { baseline: 'greedy' },
    })
    expect(schedulers.map(({ label }) => label)).toEqual(['greedy', 'random'])
  })
})

describe('every key', () => {
  const keys = allKeys(asNode(scenarioFileSchema))

  test.each(keys)('%s says what it is', (_, schema) => {
    expect(schema.description).toMatch(/\S+ \S+/)
  })

  test.each(keys.filter(([, { type }]) => type === 'object'))(
    '%s allows no keys beside its own',
    (_, schema) => {
      expect(schema.additionalProperties).toBe(false)
    },
  )

  test('has a default, but for those that describe the file', () => {
    const without = keys.filter(([, schema]) => schema.default === undefined).map(([key]) => key)
    expect(without).toEqual(['name', 'description', 'extends'])
  })

  function allKeys(schema: SchemaNode, above = ''): [string, SchemaNode][] {
    return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
      [above + key, inner],
      ...allKeys(inner, `${above}${key}.`),
    ])
  }
})

describe('the published schema', () => {
  const validate = new Ajv({ strict: true, allErrors: true }).compile(scenarioSchema(registry))

  test('accepts what cotwin accepts', () => {
    const scenario = {
      extends: './base.yaml',
      plugins: ['./mine.ts'],
      network: {
        clients: {
          count: 2,
          powerDbm: [20, 23],
          flops: { lognormal: { median: 1e12, sigma: 0.5 }, times: 2 },
        },
        propagation: { plugin: 'log-distance', options: { slopeDb: 30 } },
        gains: { plugin: 'trace', options: { file: 'gains.npy' } },
      },
      schedulers: ['greedy', { plugin: 'swap-matching', label: 'mine', options: { start: 'greedy' } }],
    }
    validate(scenario)
    expect(validate.errors).toBeNull()
  })

  test.each([
    ['an unknown key', { netwrk: {} }],
    ['a value out of range', { rounds: 0 }],
    ['an unknown option', { network: { propagation: { plugin: 'log-distance', options: { slope: 3 } } } }],
    [
      'an option out of range',
      { network: { propagation: { plugin: 'log-distance', options: { slopeDb: -3 } } } },
    ],
    ['an option of a nested plugin', nested({ plugin: 'greedy', options: { order: 'none' } })],
    ['an unknown key of a job', { jobs: [{ label: 'a', learning: { modle: 'mlp' } }] }],
    ['an unknown option of a job', { jobs: [{ label: 'a', protocol: nested('greedy') }] }],
    ['a missing option', { network: { gains: { plugin: 'trace', options: {} } } }],
  ])('refuses %s', (_, scenario) => {
    expect(validate(scenario)).toBe(false)
  })

  function nested(start: unknown) {
    return { schedulers: [{ plugin: 'swap-matching', options: { start } }] }
  }

  test('says once what jobs have as the scenario has it', () => {
    const { properties } = scenarioSchema(registry) as { properties: Record<string, unknown> }
    expect(JSON.stringify(properties.jobs).length).toBeLessThan(6000)
    validate({ jobs: [{ label: 'a', protocol: null, workload: null, learning: { model: 'mlp' } }] })
    expect(validate.errors).toBeNull()
  })

  test("lets a scenario's own plugins pass", () => {
    expect(validate({ schedulers: ['mine', { plugin: 'mine', options: { depth: 3 } }] })).toBe(true)
  })

  test('offers the names of the plugins with their summaries', () => {
    const mine = definePlugin({
      kind: 'fading',
      name: 'mine',
      summary: 'a fading of my own',
      options: Type.Object({}, { additionalProperties: false }),
      create: () => ({ fill: () => {} }),
    })
    const { definitions } = scenarioSchema(registry.with([mine])) as { definitions: { fading: unknown } }
    expect(definitions.fading).toMatchObject({
      anyOf: expect.arrayContaining([{ const: 'mine', description: 'a fading of my own' }]),
    })
  })

  test('is draft 7 with a title and nothing that only cotwin reads', () => {
    const schema = scenarioSchema(registry)
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'cotwin scenario',
    })
    expect(JSON.stringify(schema)).not.toContain('"x-')
  })
})
