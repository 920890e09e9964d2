import { type Area, type Position, type RandomStream, RandomStreams } from '../../../core/plugin/index.js'

/** Where a time lies among segments of equal length. */
export interface InSegment {
  readonly index: number
  /** Since the segment began, s. */
  readonly within: number
}

/** The last index that is told apart from its neighbours; no clock tells such times apart either. */
const LAST = 2 ** 52

export function segmentAt(time: number, seconds: number): InSegment {
  const index = Math.min(Math.floor(time / seconds), LAST)
  return { index, within: Math.min(Math.max(0, time - index * seconds), seconds) }
}

/**
 * The streams of a walk's distant future, where time is cut into segments that can each be drawn without those before, so
 * that a look far ahead costs no more than one into the next hour.
 */
export class FarStreams {
  readonly #streams: RandomStreams

  /** They follow from where the client's own stream stands, which is left there. */
  constructor(random: RandomStream) {
    this.#streams = new RandomStreams([...random.save()].join('/'))
  }

  /** What happens in a segment. */
  segment(index: number): RandomStream {
    return this.#streams.stream('segment', index)
  }

  /** Where a segment begins, and the one before ends: anywhere in the area, as after so long. */
  place(index: number, { widthM, heightM }: Area): Position {
    const random = this.#streams.stream('place', index)
    return { x: random.uniform(0, widthM), y: random.uniform(0, heightM) }
  }
}
