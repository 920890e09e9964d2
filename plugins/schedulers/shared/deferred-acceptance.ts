/**
 * Clients propose to seats in order of preference, seats keep the best they were offered up to their quotas
 * (Gale and Shapley, 1962, client-proposing).
 *
 * Clients go by `likes`, seats by `ranks` (the same unless given), larger first. Returns each client's seat, -1 where
 * every seat it proposed to was full of better.
 */
export function deferredAcceptance(
  clients: readonly number[],
  seats: number,
  quota: (seat: number) => number,
  likes: (client: number, seat: number) => number,
  ranks: (client: number, seat: number) => number = likes,
): Map<number, number> {
  const preferences = new Map(
    clients.map((client) => {
      const order = Array.from({ length: seats }, (_, seat) => seat)
      return [client, order.sort((a, b) => likes(client, b) - likes(client, a))]
    }),
  )
  const held: number[][] = Array.from({ length: seats }, () => [])
  const next = new Map(clients.map((client) => [client, 0]))
  const proposing = [...clients].reverse()
  for (let client = proposing.pop(); client !== undefined; client = proposing.pop()) {
    const choice = next.get(client) as number
    if (choice >= seats) continue
    next.set(client, choice + 1)
    const seat = preferences.get(client)?.[choice] as number
    held[seat].push(client)
    if (held[seat].length <= quota(seat)) continue
    const worst = held[seat].reduce((a, b) => (ranks(b, seat) < ranks(a, seat) ? b : a))
    held[seat].splice(held[seat].indexOf(worst), 1)
    proposing.push(worst)
  }
  const seatOf = new Map(clients.map((client) => [client, -1]))
  for (const [seat, members] of held.entries()) for (const client of members) seatOf.set(client, seat)
  return seatOf
}
