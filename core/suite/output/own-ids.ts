/** The same with identifiers that no other of them has: labels may differ by what no file name can hold. */
export function withOwnIds<T extends { readonly id: string }>(items: readonly T[]): T[] {
  const taken = new Set<string>()
  return items.map((item) => {
    let id = item.id
    for (let copy = 2; taken.has(id); copy++) id = `${item.id}-${copy}`
    taken.add(id)
    return id === item.id ? item : { ...item, id }
  })
}
