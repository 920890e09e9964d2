import Type, { type Static } from 'typebox'
import { tables } from '../observe/tables.js'
import { provenance } from './provenance.js'

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A plugin that took part in a run. */
const pluginSchema = Type.Object({
  kind: Type.String(),
  name: Type.String(),
  /** What the scenario calls it. */
  label: Type.Optional(Type.String()),
  /** What it got to know; schedulers only. */
  tier: Type.Optional(Type.String()),
  /** Whether it is none of cotwin's own; its file is among the sources. */
  outside: Type.Optional(Type.Boolean()),
})

/** A file that the run was made from. */
export const sourceSchema = Type.Object({
  role: Type.Enum(['scenario', 'base', 'plugin', 'data']),
  path: Type.String(),
  /** Of a plugin, that of all its code: what it imports, too. */
  sha256: Type.String(),
})

const columnSchema = Type.Object({
  name: Type.String(),
  type: Type.String(),
  unit: Type.String(),
  description: Type.String(),
  nullable: Type.Optional(Type.Boolean()),
})

const tableSchema = Type.Object({
  name: Type.String(),
  file: Type.String(),
  description: Type.String(),
  /** Null until the run has ended. */
  rows: nullable(Type.Integer()),
  columns: Type.Array(columnSchema),
})

/** A processor. */
export const cpuSchema = Type.Object({ model: Type.String(), count: Type.Integer() })

/** `manifest.json`: what a run was, what it was made with, and how it ended. */
export const manifestSchema = Type.Object({
  cotwin: Type.String(),
  /** Hash of cotwin's programs and of the packages that they use. */
  programs: Type.Optional(Type.String()),
  node: Type.String(),
  platform: Type.String(),
  cpu: cpuSchema,
  /** What tensors are computed with; missing in older runs. */
  tensor: Type.Optional(Type.String()),
  dependencies: Type.Record(Type.String(), Type.String()),
  scenario: Type.String(),
  scenarioHash: Type.String(),
  /** The same of `scenario.yaml` in the run directory, as files are seen from there. */
  resolvedHash: Type.Optional(Type.String()),
  /** SHA-256 of that file, byte for byte. */
  scenarioFileHash: Type.Optional(Type.String()),
  seed: Type.Number(),
  /** Whether simulated times follow what decisions took on this machine, so that the seed alone does not repeat them. */
  dependsOnMachine: Type.Optional(Type.Boolean()),
  plugins: Type.Array(pluginSchema),
  sources: Type.Array(sourceSchema),
  /** Versions of what schedulers compute with besides cotwin (an interpreter, its packages), by label and name. */
  computedWith: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.String()))),
  /** ISO 8601, UTC. */
  startedAt: Type.String(),
  /** ISO 8601, UTC; null until the run has ended. */
  endedAt: nullable(Type.String()),
  /** When it was resumed, and after which round. */
  resumed: Type.Optional(
    Type.Array(
      Type.Object({
        at: Type.String(),
        rounds: Type.Integer(),
        /** What it went on with; missing in older ones. */
        node: Type.Optional(Type.String()),
        cpu: Type.Optional(cpuSchema),
      }),
    ),
  ),
  /** A run that was killed stays `running`. */
  status: Type.Enum(['running', 'finished', 'interrupted', 'failed']),
  /** Why it was interrupted or failed. */
  reason: nullable(Type.String()),
  /** Rounds completed; null until the run has ended. */
  rounds: nullable(Type.Integer()),
  tables: Type.Array(tableSchema),
})

export type Manifest = Static<typeof manifestSchema>

/** What a manifest says of a run before it starts. */
export type RunIdentity = Pick<
  Manifest,
  | 'scenario'
  | 'scenarioHash'
  | 'resolvedHash'
  | 'scenarioFileHash'
  | 'seed'
  | 'dependsOnMachine'
  | 'plugins'
  | 'sources'
  | 'computedWith'
>

/** How a run ended; `rows` as `RunTables` counted them. */
export interface RunEnding {
  readonly status: 'finished' | 'interrupted' | 'failed'
  /** The signal, or the error's message. */
  readonly reason?: string
  readonly rounds: number
  readonly rows: Readonly<Record<string, number>>
}

/** The manifest of a run that starts; `made` is what it is made with. */
export function startedManifest(identity: RunIdentity, start = new Date(), made = provenance()): Manifest {
  return {
    ...identity,
    ...made,
    startedAt: start.toISOString(),
    endedAt: null,
    status: 'running',
    reason: null,
    rounds: null,
    tables: tables.map(({ name, description, columns }) => ({
      name,
      file: `${name}.parquet`,
      description,
      rows: null,
      columns: [...columns],
    })),
  }
}

/** The manifest of a run that is resumed after so many rounds. */
export function resumedManifest(manifest: Manifest, rounds: number, now = new Date()): Manifest {
  const { node, cpu } = provenance()
  return {
    ...manifest,
    resumed: [...(manifest.resumed ?? []), { at: now.toISOString(), rounds, node, cpu }],
    endedAt: null,
    status: 'running',
    reason: null,
    rounds: null,
    tables: manifest.tables.map((table) => ({ ...table, rows: null })),
  }
}

/** The manifest of a run that has ended, from the one it started with. */
export function endedManifest(manifest: Manifest, ending: RunEnding, end = new Date()): Manifest {
  return {
    ...manifest,
    endedAt: end.toISOString(),
    status: ending.status,
    reason: ending.reason ?? null,
    rounds: ending.rounds,
    tables: manifest.tables.map((table) => ({ ...table, rows: ending.rows[table.name] ?? 0 })),
  }
}
