import type { Process } from './process.js'
import { byUrgency, type Request } from './request.js'
import { PriorityResource } from './resource.js'

/** The cause of the interrupt that a process gets when a resource is taken from it. */
export class Preempted {
  readonly resource: PreemptiveResource
  /** The process that got the resource instead. */
  readonly by: Process | undefined
  /** When the pre-empted process had got it. */
  readonly since: number

  constructor(resource: PreemptiveResource, by: Process | undefined, since: number) {
    this.resource = resource
    this.by = by
    this.since = since
  }
}

/**
 * A priority resource that is taken from its least urgent users when a more urgent claim finds too few free units.
 *
 * The process that loses it is interrupted with {@link Preempted} as the cause. Where there is nobody to interrupt, since
 * the process has ended or is the one that makes the claim, the units are just taken.
 */
export class PreemptiveResource extends PriorityResource {
  protected override roomFor(request: Request): readonly Request[] | undefined {
    const room = super.roomFor(request)
    if (room !== undefined || !request.preempt) return room
    let missing = this.count + request.units - this.capacity
    const victims: Request[] = []
    // The least urgent first, and of equals the one who got it last.
    for (const user of this.users.toReversed().sort((a, b) => byUrgency(b, a))) {
      if (missing <= 0 || byUrgency(request, user) >= 0) break
      victims.push(user)
      missing -= user.units
    }
    return missing <= 0 ? victims : undefined
  }

  protected override takeFrom(victim: Request, request: Request): void {
    this.dismiss(victim)
    victim.preempted = true
    const loser = victim.process
    if (loser === undefined || !loser.alive || loser === request.process) return
    loser.interrupt(new Preempted(this, request.process, victim.since ?? victim.at))
  }
}
