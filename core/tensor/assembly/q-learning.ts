// The pieces of (double, dueling) deep Q-learning that are not layers. Rows are agent × sample.

/** q[j] = h[0] + h[1 + j] − mean(h[1..]) for each row of 1 + actions: value and advantages (Wang et al. 2016, eq. 9). */
export function dueling(head: usize, q: usize, rows: i32, actions: i32): void {
  const bytes = (<usize>actions) << 2
  for (let row = 0; row < rows; row++) {
    const advantage = head + 4
    let sum: f32 = 0
    for (let j: usize = 0; j < bytes; j += 4) sum += load<f32>(advantage + j)
    const offset = load<f32>(head) - sum / <f32>actions
    for (let j: usize = 0; j < bytes; j += 4) store<f32>(q + j, load<f32>(advantage + j) + offset)
    head += bytes + 4
    q += bytes
  }
}

/** Gradient of `dueling` with respect to the head. */
export function duelingGradient(dq: usize, dHead: usize, rows: i32, actions: i32): void {
  const bytes = (<usize>actions) << 2
  for (let row = 0; row < rows; row++) {
    let sum: f32 = 0
    for (let j: usize = 0; j < bytes; j += 4) sum += load<f32>(dq + j)
    store<f32>(dHead, sum)
    const mean = sum / <f32>actions
    for (let j: usize = 0; j < bytes; j += 4) store<f32>(dHead + 4 + j, load<f32>(dq + j) - mean)
    dq += bytes
    dHead += bytes + 4
  }
}

// @inline
function bestAction(q: usize, actions: i32): i32 {
  let best = 0
  let greatest = load<f32>(q)
  for (let j = 1; j < actions; j++) {
    const value = load<f32>(q + ((<usize>j) << 2))
    if (value > greatest) {
      greatest = value
      best = j
    }
  }
  return best
}

/** The first action of greatest value in each row. */
export function greedyActions(q: usize, out: usize, rows: i32, actions: i32): void {
  for (let row = 0; row < rows; row++) {
    store<i32>(out + ((<usize>row) << 2), bestAction(q + ((<usize>row * actions) << 2), actions))
  }
}

/** reward + discount · target(s', argmax online(s')), van Hasselt et al. 2016, eq. 4; discount 0 ends an episode. */
export function doubleQTargets(
  online: usize,
  target: usize,
  rewards: usize,
  discounts: usize,
  out: usize,
  rows: i32,
  actions: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const at = (<usize>row) << 2
    const q = (<usize>row * actions) << 2
    const best = (<usize>bestAction(online + q, actions)) << 2
    store<f32>(out + at, load<f32>(rewards + at) + load<f32>(discounts + at) * load<f32>(target + q + best))
  }
}

/**
 * Error of the values of the actions taken, and its gradient with respect to all values. Squared error e² / 2, or
 * Huber's beyond `delta` when that is positive. The loss of an agent is its mean over samples; the losses are summed.
 */
export function temporalDifference(
  q: usize,
  taken: usize,
  targets: usize,
  loss: usize,
  dq: usize,
  agents: i32,
  samples: i32,
  actions: i32,
  delta: f32,
): void {
  const share: f32 = <f32>1 / <f32>samples
  const rows = agents * samples
  let total: f64 = 0
  memory.fill(dq, 0, (<usize>rows * actions) << 2)
  for (let row = 0; row < rows; row++) {
    const at = (<usize>row) << 2
    const action = load<i32>(taken + at)
    if (<u32>action >= <u32>actions) {
      total = NaN
      continue
    }
    const chosen = (<usize>row * actions + action) << 2
    const error = load<f32>(q + chosen) - load<f32>(targets + at)
    const size = abs<f32>(error)
    const beyond = delta > 0 && size > delta
    total += beyond ? <f64>delta * (<f64>size - 0.5 * <f64>delta) : 0.5 * <f64>error * <f64>error
    store<f32>(dq + chosen, share * (beyond ? (error > 0 ? delta : -delta) : error))
  }
  store<f32>(loss, <f32>(total / <f64>samples))
}
