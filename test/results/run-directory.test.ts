import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { unfinishedPath } from '../../core/files/unfinished.js'
import { createRunDirectory } from '../../core/results/run-directory.js'
import { errorOf } from '../files/error-of.js'
import { mountSmallDisk } from '../files/small-disk.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

const start = new Date('2026-11-23T02:19:40.999Z')
const hash = '0123456789abcdef'

/** Permissions bind everyone but root. */
function asOrdinaryUser<T>(act: () => T): T {
  if (process.geteuid?.() !== 0) return act()
  process.seteuid!(65_534)
  try {
    return act()
  } finally {
    process.seteuid!(0)
  }
}

describe('a run directory', () => {
  test('is named after the scenario, the time and the hash', () => {
    const base = join(temporaryDirectory(), 'runs')
    const directory = createRunDirectory(base, 'paper-schedulers', hash, { start })
    expect(directory.path).toBe(join(base, 'paper-schedulers-20261123-021940-01234567'))
    expect(readdirSync(directory.path)).toEqual([expect.stringMatching(/^running-[0-9a-f]{16}\.json$/)])
    directory.close()
    expect(readdirSync(directory.path)).toEqual([])
  })

  test('is never one that is there', () => {
    const base = temporaryDirectory()
    const create = () => createRunDirectory(base, 'a', hash, { start }).path
    const paths = [create(), create()]
    writeFileSync(join(base, 'a-20261123-021940-01234567-3'), 'a file')
    paths.push(create())
    expect(paths).toEqual(['', '-2', '-4'].map((end) => join(base, `a-20261123-021940-01234567${end}`)))
  })

  describe('in which a process was killed before it had begun', () => {
    const scenario = 'name: a\n'
    const begin = (out: string) => createRunDirectory('runs', 'a', hash, { out, scenario })
    /** A directory with what such a process leaves. */
    const left = (): string => {
      const out = temporaryDirectory()
      writeFileSync(join(out, 'scenario.yaml'), scenario)
      mkdirSync(join(out, 'checkpoints', 'before'), { recursive: true })
      writeFileSync(unfinishedPath(join(out, 'manifest.json')), '{')
      writeFileSync(join(out, 'running-0123456789abcdef.json'), '{"half')
      return out
    }

    test('is taken by the same run', () => {
      const out = left()
      begin(out).close()
      expect(readdirSync(out).sort()).toEqual(['checkpoints', 'scenario.yaml'])
    })

    test.each<[string, (out: string) => void]>([
      ['another scenario', (out) => writeFileSync(join(out, 'scenario.yaml'), 'name: b\n')],
      ['another file', (out) => writeFileSync(join(out, 'notes.txt'), '')],
      ['a manifest', (out) => writeFileSync(join(out, 'manifest.json'), '{}')],
      ['a checkpoint', (out) => writeFileSync(join(out, 'checkpoints', 'before', 'a.safetensors'), '')],
      [
        'a link to such a scenario',
        (out) => {
          const elsewhere = join(temporaryDirectory(), 'scenario.yaml')
          renameSync(join(out, 'scenario.yaml'), elsewhere)
          symlinkSync(elsewhere, join(out, 'scenario.yaml'))
        },
      ],
    ])('is refused with %s, and left as it is', (_, change) => {
      const out = left()
      change(out)
      const before = readdirSync(out).sort()
      const error = errorOf(() => begin(out)) as UserError
      expect(error.problems[0].message).toMatch(/^is not empty/)
      expect(readdirSync(out).sort()).toEqual(before)
    })
  })

  test('lies directly under its base, whatever the scenario is called', () => {
    const base = temporaryDirectory()
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (name) => {
        const before = readdirSync(base).length
        createRunDirectory(base, name, hash, { start }).close()
        expect(readdirSync(base)).toHaveLength(before + 1)
      }),
      { examples: [['../up'], ['a/b'], ['..'], [''], ['nul\0']] },
    )
  })

  test('may be named outright, if it is empty or not there', () => {
    const out = join(temporaryDirectory(), 'results', 'mine')
    const directory = createRunDirectory('runs', 'a', hash, { out })
    expect(directory.path).toBe(out)
    directory.close()
    // What a process leaves that was killed before it began.
    writeFileSync(join(out, 'running-0123456789abcdef.json'), '{"pid":')
    writeFileSync(unfinishedPath(join(out, 'scenario.yaml')), 'name:')
    createRunDirectory('runs', 'a', hash, { out }).close()
    expect(readdirSync(out)).toEqual([])
    writeFileSync(join(out, 'notes.txt'), 'keep me')
    const error = errorOf(() => createRunDirectory('runs', 'a', hash, { out }))
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toBe(
      `${out}: is not empty; name a directory that is empty or does not exist yet`,
    )
    expect(readdirSync(out)).toEqual(['notes.txt'])
  })

  test('is that of one run: another that comes in between is refused, and takes nothing with it', () => {
    const out = join(temporaryDirectory(), 'mine')
    mkdirSync(out)
    const first = createRunDirectory('runs', 'a', hash, { out })
    const error = errorOf(() => createRunDirectory('runs', 'a', hash, { out })) as UserError
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(
      /mine: process \d+ is still running it; expected a directory that is empty or does not exist yet/,
    )
    first.writeScenario('name: a\n')
    writeFileSync(join(out, 'rounds.parquet.partial'), 'half')
    writeFileSync(join(out, 'notes.txt'), 'keep me')
    first.discard()
    expect(readdirSync(out)).toEqual(['notes.txt'])
  })

  test('that comes to nothing is gone with what was made for it', () => {
    const base = temporaryDirectory()
    const directory = createRunDirectory(join(base, 'deep', 'runs'), 'a', hash)
    directory.writeScenario('name: a\n')
    directory.discard()
    expect(readdirSync(base)).toEqual([])
  })

  test('holds the scenario, the manifest and the summary, written in full or not at all', () => {
    const directory = createRunDirectory(temporaryDirectory(), 'a', hash)
    directory.writeScenario('name: a\n')
    directory.writeSummary({ runDirectory: directory.path, rounds: 2, seed: 1, schedulers: [] })
    directory.close()
    expect(readdirSync(directory.path)).toEqual(['scenario.yaml', 'summary.json'])
    expect(readFileSync(join(directory.path, 'scenario.yaml'), 'utf8')).toBe('name: a\n')
    expect(JSON.parse(readFileSync(join(directory.path, 'summary.json'), 'utf8')).rounds).toBe(2)

    mkdirSync(join(directory.path, 'manifest.json'))
    const error = errorOf(() => directory.writeManifest({} as never))
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toContain('manifest.json: cannot be written: ')
    expect(readdirSync(directory.path)).toEqual(['manifest.json', 'scenario.yaml', 'summary.json'])
  })
})

describe('a place that cannot take a run directory', () => {
  test.each([
    ['a file in place of the base', ['runs'], 'runs'],
    ['a file above the base', ['runs', 'deep', 'er'], 'runs'],
  ])('%s is named', (_, path, inTheWay) => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, inTheWay), '')
    for (const out of [undefined, join(directory, ...path)]) {
      const error = errorOf(() =>
        createRunDirectory(join(directory, ...path), 'a', hash, out === undefined ? {} : { out }),
      )
      expect(error).toBeInstanceOf(UserError)
      expect((error as UserError).message).toBe(`${join(directory, inTheWay)}: is not a directory`)
    }
    expect(readdirSync(directory)).toEqual([inTheWay])
  })

  test('a link that leads nowhere is named', () => {
    const directory = temporaryDirectory()
    symlinkSync(join(directory, 'nowhere'), join(directory, 'runs'))
    const error = errorOf(() => createRunDirectory(join(directory, 'runs'), 'a', hash))
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toContain(join(directory, 'runs'))
    expect(readdirSync(directory)).toEqual(['runs'])
  })

  test.each([
    ['that may not be written to', 0o555],
    ['that may not even be looked into', 0o000],
  ])('one %s is named', (_, mode) => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'theirs'))
    chmodSync(directory, 0o755)
    chmodSync(join(directory, 'theirs'), mode)
    const error = asOrdinaryUser(() =>
      errorOf(() => createRunDirectory(join(directory, 'theirs', 'runs'), 'a', hash)),
    )
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toBe(
      `${join(directory, 'theirs', 'runs')}: cannot be created: permission denied (EACCES)`,
    )
    chmodSync(join(directory, 'theirs'), 0o755)
    expect(readdirSync(join(directory, 'theirs'))).toEqual([])
  })

  test('one where the operating system refuses is named, with its reason', () => {
    const error = errorOf(() => createRunDirectory('/proc/runs', 'a', hash))
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toMatch(/^\/proc\/runs.*: .* \(E[A-Z]+\)$/)
  })

  test('a name that is too long leaves nothing of the directories above it', () => {
    const directory = temporaryDirectory()
    const error = errorOf(() => createRunDirectory(join(directory, 'a', 'b', 'x'.repeat(300)), 'a', hash))
    expect((error as UserError).message).toContain('name too long (ENAMETOOLONG)')
    expect(readdirSync(directory)).toEqual([])
  })
})

const disk = mountSmallDisk(256)
afterAll(() => disk?.unmount())

describe.runIf(disk)('a read-only file system', () => {
  test('is named, with nothing left behind', () => {
    disk!.makeReadOnly()
    for (const options of [{}, { out: join(disk!.path, 'mine') }]) {
      const error = errorOf(() => createRunDirectory(join(disk!.path, 'runs'), 'a', hash, options))
      expect(error).toBeInstanceOf(UserError)
      expect((error as UserError).message).toContain('read-only file system (EROFS)')
    }
    expect(readdirSync(disk!.path)).toEqual([])
    const error = errorOf(() => createRunDirectory('runs', 'a', hash, { out: disk!.path }))
    expect((error as UserError).message).toBe(
      `${disk!.path}: the results cannot be written here: read-only file system (EROFS)`,
    )
  })
})
