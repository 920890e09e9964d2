import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPolicy } from '../../../../core/plugin/index.js'
import { train } from '../../../../core/train.js'
import { builtInPlugins } from '../../../../plugins/index.js'
import type { RequestTier } from '../../../../plugins/schedulers/sequential-q/gains.js'
import { weightsOf } from '../../../../plugins/schedulers/sequential-q/policy.js'
import { shippedPolicy } from '../../../../plugins/schedulers/sequential-q/shipped-policy.js'
import { directoryWith } from '../../support.js'

// Some 40 s of a core for each.
const tiers: readonly RequestTier[] = ['local', 'twin', 'large-scale']

describe.runIf(process.env.COTWIN_LONG)('the weights that come with it', () => {
  test.each(tiers)(
    'are those that the training finds, to the bit, at tier %s',
    { timeout: 1_800_000 },
    async (tier) => {
      const out = join(directoryWith({}), 'training')
      await train('scenarios/sequential-q.yaml', { plugins: builtInPlugins, schedulers: [tier], out })
      const policy = readPolicy(join(out, `${tier}.safetensors`), 'sequential-q')
      expect(weightsOf(policy)).toEqual(weightsOf(shippedPolicy(tier)))
    },
  )
})
