// A model of core/tensor/assembly/threads.as in which every atomic operation is a step, and of every order the steps can come
// in. Atomic operations of WebAssembly are sequentially consistent, so this is all that can happen.
import { describe, expect, test } from 'vitest'

/** What the threads share, and where each of them is. Everything is a number, so that a state can be a text. */
interface State {
  job: number
  first: number
  end: number
  done: number
  wake: number
  sleepers: number
  dead: number
  /** The job whose arguments lie in the control block. */
  arguments: number
  /** How often each chunk of the present job was computed, and whether ever with another job's arguments. */
  computed: number[]
  confused: number
  caller: Caller
  helpers: Helper[]
}

interface Caller {
  at:
    | 'arguments'
    | 'reset'
    | 'ticket'
    | 'wake'
    | 'notify'
    | 'look'
    | 'take'
    | 'compute'
    | 'count'
    | 'wait'
    | 'ended'
    | 'threw'
  first: number
  end: number
  chunk: number
}

interface Helper {
  at:
    | 'look'
    | 'take'
    | 'compute'
    | 'count'
    | 'read'
    | 'sleeping?'
    | 'again'
    | 'wait'
    | 'asleep'
    | 'awake'
    | 'gone'
  job: number
  first: number
  end: number
  chunk: number
  wake: number
}

const CHUNKS = 2

interface Faults {
  /** Whether a helper may fail while it computes, which it says. */
  readonly failing: boolean
  /** Leaves something out, to see that the model would notice. */
  readonly without?: 'second look' | 'change of WAKE' | 'order of DONE and TICKET'
}

/** All states that can follow, one for each thread that can take a step. */
function* following(state: State, jobs: number, faults: Faults): Generator<State> {
  const step = (change: (next: State) => void): State => {
    const next = {
      ...state,
      computed: [...state.computed],
      caller: { ...state.caller },
      helpers: state.helpers.map((helper) => ({ ...helper })),
    }
    change(next)
    return next
  }
  const { caller } = state
  const goTo = (at: Caller['at']) =>
    step((next) => {
      next.caller.at = at
    })
  switch (caller.at) {
    case 'arguments':
      yield state.job === jobs
        ? goTo('ended')
        : step((next) => {
            next.arguments = state.job + 1
            next.computed = new Array(CHUNKS).fill(0)
            next.caller.at = faults.without === 'order of DONE and TICKET' ? 'ticket' : 'reset'
          })
      break
    case 'reset':
      yield step((next) => {
        next.done = 0
        next.caller.at = faults.without === 'order of DONE and TICKET' ? 'wake' : 'ticket'
      })
      break
    case 'ticket':
      yield step((next) => {
        next.job++
        next.first = 0
        next.end = CHUNKS
        next.caller.at = faults.without === 'order of DONE and TICKET' ? 'reset' : 'wake'
      })
      break
    case 'wake':
      yield step((next) => {
        if (faults.without !== 'change of WAKE') next.wake++
        next.caller.at = 'notify'
      })
      break
    case 'notify':
      yield step((next) => {
        if (next.sleepers > 0)
          for (const helper of next.helpers) if (helper.at === 'asleep') helper.at = 'awake'
        next.caller.at = 'look'
      })
      break
    case 'look':
      yield step((next) => {
        next.caller = { ...next.caller, first: state.first, end: state.end }
        next.caller.at = state.first >= state.end ? 'wait' : 'take'
      })
      break
    case 'take':
      yield step((next) => {
        if (state.first !== caller.first || state.end !== caller.end) next.caller.at = 'look'
        else {
          next.first++
          next.caller.chunk = caller.first
          next.caller.at = 'compute'
        }
      })
      break
    case 'compute':
      yield step((next) => {
        next.computed[caller.chunk]!++
        next.caller.at = 'count'
      })
      break
    case 'count':
      yield step((next) => {
        next.done++
        next.caller.at = 'look'
      })
      break
    case 'wait':
      // Its naps end by themselves, so it may always look again; only what it sees then counts.
      if (state.done >= CHUNKS) yield goTo('arguments')
      else if (state.dead !== 0) {
        yield step((next) => {
          next.first = next.end = 0
          next.caller.at = 'threw'
        })
      }
      break
  }

  for (const [i, helper] of state.helpers.entries()) {
    const move = (change: (helper: Helper, next: State) => void) =>
      step((next) => change(next.helpers[i]!, next))
    switch (helper.at) {
      case 'look':
        yield move((self) => {
          self.job = state.job
          self.first = state.first
          self.end = state.end
          self.at = state.first >= state.end ? 'read' : 'take'
        })
        break
      case 'take':
        yield move((self, next) => {
          const same = state.job === helper.job && state.first === helper.first && state.end === helper.end
          if (!same) self.at = 'look'
          else {
            next.end--
            self.chunk = helper.end - 1
            self.at = 'compute'
          }
        })
        break
      case 'compute':
        yield move((self, next) => {
          next.computed[helper.chunk]!++
          if (state.arguments !== state.job) next.confused = 1
          self.at = 'count'
        })
        if (faults.failing) {
          yield move((self, next) => {
            next.dead = 1
            self.at = 'gone'
          })
        }
        break
      case 'count':
        yield move((self, next) => {
          next.done++
          self.at = 'look'
        })
        break
      case 'read':
        yield move((self) => {
          self.wake = state.wake
          self.at = 'sleeping?'
        })
        break
      case 'sleeping?':
        yield move((self, next) => {
          next.sleepers++
          self.at = faults.without === 'second look' ? 'wait' : 'again'
        })
        break
      case 'again':
        yield move((self) => {
          self.at = state.first >= state.end ? 'wait' : 'awake'
        })
        break
      case 'wait':
        yield move((self) => {
          self.at = state.wake === helper.wake ? 'asleep' : 'awake'
        })
        break
      case 'awake':
        yield move((self, next) => {
          next.sleepers--
          self.at = 'look'
        })
        break
    }
  }
}

/** Everything that goes wrong in any order of the steps. */
function explore(helpers: number, jobs: number, faults: Faults): { states: number; problems: Set<string> } {
  const start: State = {
    job: 0,
    first: 0,
    end: 0,
    done: 0,
    wake: 0,
    sleepers: 0,
    dead: 0,
    arguments: 0,
    computed: new Array(CHUNKS).fill(0),
    confused: 0,
    caller: { at: 'arguments', first: 0, end: 0, chunk: 0 },
    helpers: Array.from({ length: helpers }, () => ({
      at: 'look' as const,
      job: 0,
      first: 0,
      end: 0,
      chunk: 0,
      wake: 0,
    })),
  }
  const seen = new Set([JSON.stringify(start)])
  const problems = new Set<string>()
  const open = [start]
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const ended = state.caller.at === 'ended' || state.caller.at === 'threw'
    if (state.confused) problems.add('a chunk was computed with the arguments of another job')
    if (state.computed.some((times) => times > 1)) problems.add('a chunk was computed twice')
    if (state.caller.at === 'arguments' && state.job > 0 && state.computed.some((times) => times !== 1)) {
      problems.add('a job ended with chunks missing')
    }
    if (state.caller.at === 'threw' && !faults.failing) problems.add('the caller threw')
    if (state.caller.at === 'look' && state.first < state.end) {
      if (state.helpers.some((helper) => helper.at === 'asleep')) problems.add('a helper sleeps beside work')
    }
    let stuck = !ended
    for (const next of following(state, jobs, faults)) {
      stuck = false
      const text = JSON.stringify(next)
      if (seen.has(text)) continue
      seen.add(text)
      open.push(next)
    }
    // Helpers that look and find nothing may do so for ever, or sleep: neither helps a caller that waits.
    const idle = state.helpers.every(({ at }) => at === 'asleep' || at === 'gone')
    if (stuck || (state.caller.at === 'wait' && idle && state.done < CHUNKS && state.dead === 0)) {
      problems.add('the caller waits for ever')
    }
  }
  return { states: seen.size, problems }
}

describe('the protocol of threads', () => {
  test.each([
    [1, 3],
    [2, 1],
  ])('with %d helpers and %d jobs computes every chunk once and always ends', (helpers, jobs) => {
    const { states, problems } = explore(helpers, jobs, { failing: false })
    expect([...problems]).toEqual([])
    expect(states).toBeGreaterThan(500)
  })

  test('ends, by an error if need be, although helpers fail', () => {
    expect([...explore(2, 1, { failing: true }).problems]).toEqual([])
    expect([...explore(1, 2, { failing: true }).problems]).toEqual([])
  })

  test.each([
    ['second look', 'a helper sleeps beside work'],
    ['change of WAKE', 'a helper sleeps beside work'],
    ['order of DONE and TICKET', 'the caller waits for ever'],
  ] as const)('needs the %s: the model notices when it is left out', (without, problem) => {
    expect([...explore(1, 2, { failing: false, without }).problems]).toContain(problem)
  })
})
