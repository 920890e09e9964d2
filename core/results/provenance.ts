import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, release } from 'node:os'
import { builtInPackages } from '../packages.js'
import { tensorComputation } from '../tensor/backend/chosen.js'
import { fingerprint } from './fingerprint.js'
import { installedVersion } from './installed-packages.js'

/** What a run was made with and on. */
export interface Provenance {
  readonly cotwin: string
  /** Hash of cotwin's programs and of the packages that they use. */
  readonly programs: string
  readonly node: string
  /** Operating system, its release and the processor architecture. */
  readonly platform: string
  readonly cpu: { readonly model: string; readonly count: number }
  /** What tensors are computed with, such as `wasm relaxed-simd`; losses differ between them in their last digits. */
  readonly tensor: string
  /** Versions of the packages cotwin runs on, those that are installed. */
  readonly dependencies: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)

interface Package {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Provenance of a run that starts now, in this process. */
export function provenance(): Provenance {
  const cotwin: Package = require('cotwin/package.json')
  const names = [
    ...Object.keys({ ...cotwin.dependencies, ...cotwin.optionalDependencies }),
    ...builtInPackages,
  ].sort()
  const versions = names.flatMap((name) => {
    const version = installedVersion(name)
    return version === undefined ? [] : [[name, version] as const]
  })
  return {
    cotwin: cotwin.version,
    programs: fingerprint(),
    node: process.versions.node,
    platform: `${process.platform} ${release()} ${arch()}`,
    cpu: { model: cpus()[0]?.model.trim() ?? 'unknown', count: availableParallelism() },
    tensor: tensorComputation(),
    dependencies: Object.fromEntries(versions),
  }
}
