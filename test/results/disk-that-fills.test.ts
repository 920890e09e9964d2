import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { tablePath } from '../../core/results/run-directory.js'
import { type RunOptions, resume, run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { mountSmallDisk } from '../files/small-disk.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

// Some 3 MB of clients, which 2 MB have no room for beside what a run keeps in reserve.
const scenario = (checkpoint: string) => `rounds: 1000
name: fills
schedulers: [hardest-first, random]
record: { clients: true }
${checkpoint}
`

const disks = [mountSmallDisk(2600), mountSmallDisk(2600)]
const tooSmall = mountSmallDisk(300)
afterAll(() => {
  for (const disk of [...disks, tooSmall]) disk?.unmount()
})

const runIn = (file: string, options: Partial<RunOptions>) =>
  run(file, { plugins: builtInPlugins, ...options })

describe.runIf(tooSmall)('a run whose disk fills up', () => {
  const cases: readonly [string, string, number][] = [
    ['after a checkpoint', 'checkpoint: { everyRounds: 100, everySeconds: null }', 1],
    ...(process.env.COTWIN_LONG ? [['before there is a checkpoint', '', 0] as [string, string, number]] : []),
  ]
  test.each(cases)(
    '%s says so, keeps what there was, and ends as any other once there is room',
    async (_, checkpoint, i) => {
      const elsewhere = temporaryDirectory()
      const file = join(elsewhere, 'fills.yaml')
      writeFileSync(file, scenario(checkpoint))
      const whole = join(elsewhere, 'whole')
      await runIn(file, { out: whole, report: false })
      const out = join(disks[i]!.path, 'run')
      const filled: unknown = await runIn(file, { out }).catch((error: unknown) => error)
      expect(filled).toBeInstanceOf(UserError)
      expect((filled as UserError).message).toContain('no space left on device (ENOSPC)')
      disks[i]!.resize(40_000)
      await resume(out, { plugins: builtInPlugins, report: false })
      for (const name of ['rounds', 'clients', 'positions', 'phases'] as const)
        expect(readFileSync(tablePath(out, name)).equals(readFileSync(tablePath(whole, name))), name).toBe(
          true,
        )
    },
  )

  test('is not begun where there is no room to begin', async () => {
    const file = join(temporaryDirectory(), 'fills.yaml')
    writeFileSync(file, scenario(''))
    const refused: unknown = await runIn(file, { out: join(tooSmall!.path, 'run') }).catch(
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(UserError)
    expect((refused as UserError).message).toContain(
      'which takes 1 MiB to begin with: no space left on device',
    )
    expect(readdirSync(tooSmall!.path)).toEqual([])
  })
})
