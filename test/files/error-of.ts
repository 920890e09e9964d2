/** What `act` throws, or undefined. */
export function errorOf(act: () => void): unknown {
  try {
    act()
    return undefined
  } catch (error) {
    return error
  }
}
