import { createRequire } from 'node:module'
import { builtInPlugins } from '../../../plugins/index.js'
import { serve } from '../../bridge/serve.js'
import type { ServeEnvArguments } from '../options.js'

/** `cotwin serve-env`: returns the exit code. */
export async function serveEnvCommand(
  scenario: string | undefined,
  { game, ...given }: ServeEnvArguments,
): Promise<number> {
  const { version } = createRequire(import.meta.url)('cotwin/package.json') as { version: string }
  await serve({
    registry: builtInPlugins,
    version,
    given: {
      ...given,
      ...(scenario !== undefined && { scenario }),
      options: game === undefined ? {} : { game },
    },
  })
  return 0
}
