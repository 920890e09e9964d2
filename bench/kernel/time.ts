/**
 * Processor time of this process so far, ns, all its threads together: other work on the machine does not count.
 *
 * The peers of the kernel take theirs in the same way.
 */
export function processorNanoseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e3
}
