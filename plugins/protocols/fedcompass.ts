import { definePlugin, type ProtocolWorld, Type, UserError } from '../../core/plugin/index.js'
import { type Group, Groups } from './fedcompass/groups.js'

export default definePlugin({
  kind: 'protocol',
  name: 'fedcompass',
  summary:
    'whoever is done gets as many passes as let it arrive with others, the faster the more; a group is put together when all of it is there, or at its latest time (Li et al., 2024)',
  options: Type.Object(
    {
      leastPasses: Type.Integer({
        default: 1,
        minimum: 1,
        description: 'Q_min, passes of a turn, each of learning.passes over the samples of a round',
      }),
      mostPasses: Type.Integer({
        default: 5,
        minimum: 1,
        description: 'Q_max, passes of a turn; at least Q_min',
      }),
      latestFactor: Type.Number({
        default: 1.2,
        minimum: 1,
        description: 'λ, how many times as long as expected a group is waited for',
      }),
      decideEvery: Type.Integer({
        default: 16,
        minimum: 1,
        description: 'aggregations from one decision of the schedulers to the next, with channels drawn anew',
      }),
    },
    { additionalProperties: false },
  ),
  carries: ['federated'],
  create({ decideEvery, ...limits }) {
    const { leastPasses, mostPasses } = limits
    if (mostPasses < leastPasses)
      throw new UserError(`mostPasses: expected at least leastPasses, ${leastPasses}, found ${mostPasses}`)
    return {
      decideEvery,
      *run(world) {
        const server = new Server(world, new Groups(world.clients, limits))
        const clients = Array.from({ length: world.clients }, (_, client) =>
          world.process(function* () {
            while (yield* server.turn(client)) {}
          }),
        )
        yield* world.allOf(clients)
      },
    }
  },
})

type ClosedEvent = ReturnType<ProtocolWorld['event']>

/** What the server does: it plans turns, and puts groups together. */
class Server {
  readonly #world: ProtocolWorld
  readonly #groups: Groups
  /** Of each group that is open: when it is complete, when it has been put together, and who has arrived in it. */
  readonly #open = new Map<Group, { complete: ClosedEvent; closed: ClosedEvent; arrived: number[] }>()
  /** Whose updates came too late for their groups, or in none: they are put together with the next. */
  #beside: number[] = []

  constructor(world: ProtocolWorld, groups: Groups) {
    this.#world = world
    this.#groups = groups
  }

  /** One turn of a client, up to when it may set out anew; false once it is gone for good. */
  *turn(client: number) {
    const world = this.#world
    const groups = this.#groups
    const lead = (each: Group) => this.#lead(each)
    let group: Group | undefined
    const end = yield* world.turn(client, function* (turn) {
      const plan = groups.plan(client, world.now)
      group = plan.group
      if (plan.isNew && plan.group) lead(plan.group)
      const times = [world.now]
      yield* turn.downlink()
      times.push(world.now)
      yield* turn.trainWhole(plan.passes)
      times.push(world.now)
      yield* turn.uplink()
      times.push(world.now)
      yield* world.toCloud(turn.server)
      turn.arrive()
      groups.learn(client, {
        secondsOfPass: (times[2] - times[1]) / plan.passes,
        secondsOnTheWay: times[1] - times[0] + (times[3] - times[2]),
      })
    })
    if (end === 'gone') return false
    if (end === 'broken off') groups.forget(client)
    const own = group && this.#open.get(group)
    group?.pending.delete(client)
    if (end === 'done') (own?.arrived ?? this.#beside).push(client)
    if (!own) {
      // Nothing is open that would take along what has arrived beside.
      if (this.#open.size === 0 && this.#beside.length > 0) yield* this.#putTogether([])
      return true
    }
    if (group?.pending.size === 0 && own.complete.pending) own.complete.succeed()
    if (end === 'done') yield* own.closed
    return true
  }

  /** Puts a group together when it is complete, or at its latest time with whoever is there. */
  #lead(group: Group): void {
    const world = this.#world
    const own = { complete: world.event(), closed: world.event(), arrived: [] as number[] }
    this.#open.set(group, own)
    const putTogether = (arrived: readonly number[]) => this.#putTogether(arrived)
    const close = () => {
      this.#groups.close(group)
      this.#open.delete(group)
    }
    world.process(function* () {
      const latest = world.timeout(group.latest - world.now)
      yield* world.anyOf([own.complete, latest])
      latest.cancel()
      close()
      yield* putTogether(own.arrived)
      own.closed.succeed()
    })
  }

  *#putTogether(arrived: readonly number[]) {
    const all = [...arrived, ...this.#beside]
    this.#beside = []
    if (all.length > 0) yield* this.#world.aggregate(all)
  }
}
