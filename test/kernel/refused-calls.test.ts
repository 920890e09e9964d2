import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  Container,
  type Event,
  FilterStore,
  Flow,
  PreemptiveResource,
  PriorityResource,
  PriorityStore,
  ProcessorSharing,
  Resource,
  Simulation,
  Store,
} from '../../core/kernel/index.js'

type Call = (pick: <T>(list: readonly T[]) => T | undefined, number: number) => unknown

/** A model: calls on it, sensible and not, and all that can be seen of it. */
interface Model {
  readonly calls: readonly Call[]
  readonly state: () => unknown
}

/** Numbers that are refused here or there stand beside ordinary ones. */
const numbers = [
  0.5,
  1,
  2,
  3,
  5,
  0,
  -1,
  1.5,
  1e-300,
  1e300,
  2 ** 40,
  Number.NaN,
  Infinity,
  -Infinity,
  5e-324,
  '2' as unknown as number,
]

function resource(simulation: Simulation, make: typeof Resource): Model {
  const subject = new make(simulation, { capacity: 3, queueCapacity: 2 })
  const other = new Resource(simulation)
  const requests = [other.request()]
  return {
    calls: [
      (_, units) => requests.push(subject.request({ units })),
      (_, priority) => requests.push(subject.request({ priority })),
      (_, units) => requests.push(subject.request({ units, priority: units, preempt: units > 1 })),
      (pick) => subject.release(pick(requests)!),
      (pick) => pick(requests)!.cancel(),
      (pick) => pick(requests)!.succeed(),
      (_, capacity) => subject.setCapacity(capacity),
      (_, number) =>
        simulation.process(function* () {
          requests.push(subject.request({ priority: number === 2 ? 0 : 4 }))
          yield* simulation.timeout(number > 1 && number < 6 ? 10 : 0)
        }),
    ],
    state: () => [
      subject.capacity,
      subject.count,
      placesOf(subject.users, requests),
      placesOf(subject.queue, requests),
      requests.map(({ triggered, preempted, since }) => [triggered, preempted, since]),
    ],
  }
}

function container(simulation: Simulation): Model {
  const subject = new Container(simulation, { capacity: 5, putQueueCapacity: 2, getQueueCapacity: 2 })
  const trades: Event[] = []
  return {
    calls: [
      (_, amount) => trades.push(subject.put(amount)),
      (_, amount) => trades.push(subject.get(amount)),
      (_, capacity) => subject.setCapacity(capacity),
      (pick) => pick(trades)?.cancel(),
      (pick) => pick(trades)?.succeed(),
    ],
    state: () => [
      subject.capacity,
      subject.level,
      placesOf(subject.putQueue, trades),
      placesOf(subject.getQueue, trades),
      trades.map(({ triggered }) => triggered),
    ],
  }
}

function store(simulation: Simulation, subject: Store<number>): Model {
  const trades: Event<unknown>[] = []
  const demand = (accepts?: (item: number) => boolean) =>
    trades.push((subject instanceof FilterStore ? subject.get(accepts) : subject.get()).defuse())
  return {
    calls: [
      (_, item) => trades.push(subject.put(item).defuse()),
      () => demand(),
      (_, number) => demand((item) => item > number),
      (_, number) =>
        demand((item) => {
          if (item === number) throw new Error('cannot judge')
          return false
        }),
      (_, capacity) => subject.setCapacity(capacity),
      (pick) => pick(trades)?.cancel(),
      (_, delay) => simulation.timeout(delay),
    ],
    state: () => [
      subject.capacity,
      [...subject.items],
      placesOf(subject.putQueue, trades),
      placesOf(subject.getQueue, trades),
      trades.map(({ triggered, failed }) => [triggered, failed]),
    ],
  }
}

function work(simulation: Simulation): Model {
  const processor = new ProcessorSharing(simulation, { capacity: 2 })
  const flow = new Flow(simulation, 10, 1)
  const event = simulation.event()
  const jobs = [processor.submit(3)]
  return {
    calls: [
      (_, amount) => jobs.push(processor.submit(amount)),
      (_, weight) => jobs.push(processor.submit(1, { weight })),
      (_, capacity) => processor.setCapacity(capacity),
      (_, rate) => flow.setRate(rate),
      (_, priority) => event.succeed(undefined, priority),
      (_, delay) => simulation.schedule(delay, () => {}),
      (_, priority) => simulation.schedule(1, () => {}, priority),
      (_, at) => simulation.process(function* () {}, { at }),
      (_, priority) => simulation.process(function* () {}, { priority }),
      (_, time) => simulation.run(time > 100 ? Number.NaN : simulation.now + time),
    ],
    state: () => [
      [processor.capacity, processor.count, flow.rate, flow.remaining, event.triggered],
      jobs.map(({ remaining, rate }) => [remaining, rate]),
    ],
  }
}

/** Events by their places in a list: they are not to be iterated, as a comparison would. */
function placesOf(events: readonly Event<unknown>[], all: readonly Event<unknown>[]): number[] {
  return events.map((event) => all.indexOf(event))
}

function advanceOnce(simulation: Simulation): void {
  try {
    simulation.step()
  } catch {
    // A claim that is refused within a process ends that, and a step needs something scheduled.
  }
}

const strictOrder = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) throw new Error('cannot compare')
  return a < b ? -1 : a > b ? 1 : 0
}

test.each<[string, (simulation: Simulation) => Model]>([
  ['resource', (simulation) => resource(simulation, Resource)],
  ['priority resource', (simulation) => resource(simulation, PriorityResource)],
  ['pre-emptive resource', (simulation) => resource(simulation, PreemptiveResource)],
  ['container', container],
  ['store', (simulation) => store(simulation, new Store(simulation, { capacity: 2, getQueueCapacity: 2 }))],
  [
    'priority store',
    (simulation) =>
      store(simulation, new PriorityStore(simulation, strictOrder, { capacity: 2, putQueueCapacity: 2 })),
  ],
  ['filter store', (simulation) => store(simulation, new FilterStore(simulation, { capacity: 2 }))],
  ['processor, flow and clock', work],
])('a call to a %s that is refused changes nothing', (_name, make) => {
  let refused = 0
  const step = fc.record({
    call: fc.nat(),
    pick: fc.nat(),
    number: fc.constantFrom(...numbers),
    advance: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const simulation = new Simulation()
      const model = make(simulation)
      for (const { call, pick, number, advance } of steps) {
        const before = [model.state(), simulation.pending, simulation.peek(), simulation.now]
        try {
          model.calls[call % model.calls.length]((list) => list[pick % list.length], number)
        } catch {
          refused++
          expect([model.state(), simulation.pending, simulation.peek(), simulation.now]).toEqual(before)
        }
        if (advance) advanceOnce(simulation)
      }
    }),
    { numRuns: 300, seed: 13 },
  )
  expect(refused).toBeGreaterThan(100)
})
