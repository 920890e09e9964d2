import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Problem, UserError } from '../../core/errors.js'
import { readSafetensors } from '../../core/files/safetensors.js'
import { unfinishedPath } from '../../core/files/unfinished.js'
import type { SavedState } from '../../core/plugin/index.js'
import { readCheckpoint, UnusableCheckpoint, writeCheckpoint } from '../../core/results/checkpoint-file.js'
import { type CheckpointSettings, Checkpoints, newestCheckpoint } from '../../core/results/checkpoints.js'
import { errorOf } from '../files/error-of.js'
import { limitedDisk } from '../files/limited-disk.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Number.NEGATIVE_INFINITY))
const anyArray = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.int32Array(),
  fc.uint8Array({ maxLength: 40 }),
)
const anyName = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'run/a%2Fb/weights'))
const anyState: fc.Arbitrary<SavedState> = fc.record({
  arrays: fc.dictionary(anyName, anyArray, { noNullPrototype: false }),
  values: fc.dictionary(anyName, fc.oneof(anyNumber, fc.bigInt(), fc.array(fc.option(fc.string()))), {
    noNullPrototype: false,
  }),
})

const state: SavedState = {
  arrays: { weights: Float32Array.from({ length: 40 }, (_, i) => i / 7), flags: Uint8Array.of(1, 0, 1) },
  values: { round: 7, budget: Number.POSITIVE_INFINITY },
}

describe('a checkpoint', () => {
  test('is read as it was written: arrays to the bit, values with NaN, -0, infinities and whole numbers of any size', () => {
    const path = join(temporaryDirectory(), 'any.safetensors')
    fc.assert(
      fc.property(anyState, (any) => {
        writeCheckpoint(path, any)
        const read = readCheckpoint(path)
        expect(Object.entries(read.values)).toStrictEqual(Object.entries(any.values))
        expect(Object.keys(read.arrays).sort()).toEqual(Object.keys(any.arrays).sort())
        for (const [name, array] of Object.entries(any.arrays)) {
          expect(read.arrays[name].constructor).toBe(array.constructor)
          expect(new Uint8Array(read.arrays[name].buffer)).toEqual(new Uint8Array(array.slice().buffer))
        }
      }),
    )
  })

  test('is a safetensors file that any program opens', () => {
    const path = join(temporaryDirectory(), 'any.safetensors')
    writeCheckpoint(path, state)
    const { tensors, sealed } = readSafetensors(readFileSync(path))
    expect(tensors.get('arrays/weights')).toEqual({ shape: [40], values: state.arrays.weights })
    expect(sealed).toBe(true)
  })

  test('of which a single bit is another, or which was cut or added to, is refused', () => {
    const path = join(temporaryDirectory(), 'any.safetensors')
    writeCheckpoint(path, state)
    const bytes = readFileSync(path)
    const damages = fc.oneof(
      fc.record({ at: fc.nat(bytes.length - 1), bit: fc.nat(7) }),
      fc.record({ cut: fc.nat(bytes.length - 1) }),
      fc.record({ add: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
    )
    fc.assert(
      fc.property(damages, (damage) => {
        writeFileSync(path, damaged(bytes, damage))
        expect(() => readCheckpoint(path)).toThrow(UnusableCheckpoint)
      }),
      { numRuns: 300 },
    )
  })

  test('that cannot be read is refused with the reason', () => {
    const directory = temporaryDirectory()
    expect(() => readCheckpoint(join(directory, 'none'))).toThrow(
      'cannot be read: no such file or directory (ENOENT)',
    )
    expect(() => readCheckpoint(directory)).toThrow(
      'cannot be read: illegal operation on a directory (EISDIR)',
    )
  })
})

type Damage =
  | { readonly at: number; readonly bit: number }
  | { readonly cut: number }
  | { readonly add: Uint8Array }

function damaged(bytes: Buffer, damage: Damage): Uint8Array {
  if ('cut' in damage) return bytes.subarray(0, damage.cut)
  if ('add' in damage) return Buffer.concat([bytes, damage.add])
  const flipped = Buffer.from(bytes)
  flipped[damage.at] ^= 1 << damage.bit
  return flipped
}

const everyRound: CheckpointSettings = { everyRounds: 1, everySeconds: null, keep: 2 }
const atRound = (round: number): SavedState => ({
  arrays: { x: Float64Array.of(round / 3) },
  values: { round },
})
const fine = () => undefined

/** A run directory with the checkpoints of rounds 1 to `rounds`. */
function withCheckpoints(rounds: number, settings: Partial<CheckpointSettings> = {}) {
  const directory = temporaryDirectory()
  let round = 0
  const checkpoints = new Checkpoints(directory, { ...everyRound, ...settings }, () => atRound(round))
  for (round = 1; round <= rounds; round++) checkpoints.after(round)
  const file = (of: number) => join(directory, 'checkpoints', `round-${of}.safetensors`)
  return { directory, checkpoints, file, names: () => readdirSync(join(directory, 'checkpoints')).sort() }
}

describe('the checkpoints of a run', () => {
  test('are the latest ones, of which the newest is used', () => {
    const { directory, names } = withCheckpoints(11)
    expect(names()).toEqual(['round-10.safetensors', 'round-11.safetensors'])
    expect(newestCheckpoint(directory, fine)?.state).toEqual(atRound(11))
  })

  test('as many as are asked for', () => {
    expect(withCheckpoints(11, { keep: 4 }).names()).toHaveLength(4)
    expect(withCheckpoints(11, { everyRounds: 5 }).names()).toEqual([
      'round-10.safetensors',
      'round-5.safetensors',
    ])
  })

  test('are none until the first was taken, which is no mistake', () => {
    expect(newestCheckpoint(temporaryDirectory(), fine)).toBeUndefined()
    expect(newestCheckpoint(withCheckpoints(3, { everyRounds: 5 }).directory, fine)).toBeUndefined()
  })

  test('where the newest is damaged, it is named and the one before is used', () => {
    const { directory, file } = withCheckpoints(3)
    const bytes = readFileSync(file(3))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), (at, bit, cut) => {
        writeFileSync(file(3), damaged(bytes, cut ? { cut: at } : { at, bit }))
        const found = newestCheckpoint(directory, fine)
        expect(found?.state).toEqual(atRound(2))
        expect(found?.unusable.map(({ place }) => place?.file)).toEqual([file(3)])
        expect(found?.unusable[0].message).toContain('the file is damaged')
      }),
      { numRuns: 40 },
    )
    newestCheckpoint(directory, fine)?.removeUnusable()
    expect([existsSync(file(3)), existsSync(file(2))]).toEqual([false, true])
  })

  test('where something else is missing for the newest, too', () => {
    const { directory, file } = withCheckpoints(3)
    const lacks = ({ values }: SavedState) => (values.round === 3 ? 'a table is shorter' : undefined)
    const found = newestCheckpoint(directory, lacks)
    expect(found?.state).toEqual(atRound(2))
    expect(found?.unusable).toEqual([
      { message: 'a run cannot be resumed from it: a table is shorter', place: { file: file(3) } },
    ])
  })

  test('where all are damaged, each is named', () => {
    const { directory, file } = withCheckpoints(3)
    for (const round of [2, 3]) truncateSync(file(round), 100)
    const error = errorOf(() => newestCheckpoint(directory, fine)) as UserError
    expect(error).toBeInstanceOf(UserError)
    expect(error.problems.map(({ place }) => place?.file)).toEqual([file(3), file(2), directory])
    expect(error.problems[2].message).toContain('none of its checkpoints can be used')
  })

  test('leave nothing half-written of a process that was killed', () => {
    const { directory, checkpoints, file, names } = withCheckpoints(2)
    writeFileSync(unfinishedPath(file(3)), 'half')
    expect(newestCheckpoint(directory, fine)?.state).toEqual(atRound(2))
    checkpoints.after(4)
    expect(names()).toEqual(['round-2.safetensors', 'round-4.safetensors'])
    checkpoints.discard()
    expect(readdirSync(directory)).toEqual([])
  })

  test('take nothing with them that is not theirs', () => {
    const { directory, checkpoints, names } = withCheckpoints(2)
    const theirs = ['.notes', 'notes.partial', 'round-1.safetensors.bak']
    for (const name of theirs) writeFileSync(join(directory, 'checkpoints', name), 'mine')
    checkpoints.after(3)
    checkpoints.discard()
    expect(names()).toEqual(theirs)
  })
})

describe('on a full disk', () => {
  test('the older ones stay, it is told, and the run goes on', () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'checkpoints'))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), (room) => {
        const [before] = [1].map((round) => {
          const checkpoints = new Checkpoints(directory, everyRound, () => atRound(round))
          checkpoints.after(round)
          return readFileSync(join(directory, 'checkpoints', 'round-1.safetensors'))
        })
        const told: Problem[] = []
        const big = { arrays: { x: new Float64Array(100) }, values: {} }
        const checkpoints = new Checkpoints(directory, everyRound, () => big, {
          open: limitedDisk(room),
          onFailure: (problem) => told.push(problem),
        })
        checkpoints.after(2)
        expect(told.map(({ message }) => message)).toEqual([
          'cannot be written: no space left on device (ENOSPC)',
        ])
        expect(told[0].place?.file).toBe(join(directory, 'checkpoints', 'round-2.safetensors'))
        expect(readdirSync(join(directory, 'checkpoints'))).toEqual(['round-1.safetensors'])
        expect(readFileSync(join(directory, 'checkpoints', 'round-1.safetensors'))).toEqual(before)
      }),
      { numRuns: 25 },
    )
  })
})

describe('the time for a checkpoint', () => {
  /** Rounds, of a second each, after which one is taken that takes so many seconds itself. */
  function roundsOf(settings: Partial<CheckpointSettings>, costSeconds = 0): number[] {
    let time = 0
    let round = 0
    const taken: number[] = []
    const take = () => {
      time += costSeconds
      taken.push(round)
      return atRound(round)
    }
    const checkpoints = new Checkpoints(temporaryDirectory(), { ...everyRound, ...settings }, take, {
      now: () => time,
    })
    for (round = 1; round <= 200; round++) {
      time += 1
      checkpoints.after(round)
    }
    return taken
  }

  test('comes by the rounds', () => {
    expect(roundsOf({ everyRounds: 80 })).toEqual([80, 160])
  })

  test('comes by the clock, since the last one', () => {
    expect(roundsOf({ everyRounds: null, everySeconds: 60 })).toEqual([60, 120, 180])
    expect(roundsOf({ everyRounds: 70, everySeconds: 60 })).toEqual([60, 70, 130, 140, 200])
  })

  test('comes later by the clock where checkpoints would take more than a fiftieth of the time', () => {
    expect(roundsOf({ everyRounds: null, everySeconds: 10 }, 1)).toEqual([10, 60, 110, 160])
  })

  test('never comes where none are wanted, nor at the end', () => {
    expect(roundsOf({ everyRounds: null })).toEqual([])
    const { directory, checkpoints } = withCheckpoints(3, { everyRounds: null })
    checkpoints.beforeEnd(3)
    expect(readdirSync(directory)).toEqual([])
    const { checkpoints: others, names } = withCheckpoints(3, { everyRounds: null, everySeconds: 1000 })
    others.beforeEnd(3)
    expect(names()).toEqual(['round-3.safetensors'])
  })
})
