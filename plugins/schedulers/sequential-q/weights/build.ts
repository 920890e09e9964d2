// Writes the weights that come with a tier from the policy that `cotwin train scenarios/sequential-q.yaml` found:
// npx tsx plugins/schedulers/sequential-q/weights/build.ts TIER POLICY.safetensors

import { writeFileSync } from 'node:fs'
import { bytesSource } from '../../../../core/bytes-source.js'
import { readPolicy } from '../../../../core/plugin/index.js'
import { weightsOf } from '../policy.js'

const [tier, path] = process.argv.slice(2)
const weights = weightsOf(readPolicy(path, 'sequential-q'))
if (!weights) throw new Error(`${path} holds no weights of this network`)
const text = bytesSource(new Uint8Array(weights.buffer), {
  origin: 'Trained by `cotwin train scenarios/sequential-q.yaml` and written by `build.ts`.',
  description: `Weights of the slot network for tier \`${tier}\`, single precision.`,
  name: 'weights',
})
writeFileSync(new URL(`${tier}.ts`, import.meta.url), text)
