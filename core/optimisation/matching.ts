/**
 * The assignment of rows to columns, one to one, of least total cost, as many as the smaller side has (Kuhn-Munkres by shortest paths, O(n²m)).
 *
 * `cost` is rows×columns row-major, finite. Returns the column of each row, -1 where it has none.
 */
export function minimumCostMatching(cost: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (rows > columns) {
    const transposed = Float64Array.from({ length: rows * columns }, (_, at) => {
      const [column, row] = [Math.floor(at / rows), at % rows]
      return cost[row * columns + column]
    })
    const rowOf = minimumCostMatching(transposed, columns, rows)
    const result = new Int32Array(rows).fill(-1)
    for (const [column, row] of rowOf.entries()) result[row] = column
    return result
  }
  // Rows and columns count from 1; column 0 is where a path begins.
  const rowPrice = new Float64Array(rows + 1)
  const columnPrice = new Float64Array(columns + 1)
  const rowOf = new Int32Array(columns + 1)
  const before = new Int32Array(columns + 1)
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row
    let column = 0
    const distance = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY)
    const done = new Uint8Array(columns + 1)
    do {
      done[column] = 1
      const from = rowOf[column]
      let [nearest, next] = [Number.POSITIVE_INFINITY, 0]
      for (let j = 1; j <= columns; j++) {
        if (done[j]) continue
        const reduced = cost[(from - 1) * columns + j - 1] - rowPrice[from] - columnPrice[j]
        if (reduced < distance[j]) {
          distance[j] = reduced
          before[j] = column
        }
        if (distance[j] < nearest) {
          nearest = distance[j]
          next = j
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (done[j]) {
          rowPrice[rowOf[j]] += nearest
          columnPrice[j] -= nearest
        } else distance[j] -= nearest
      }
      column = next
    } while (rowOf[column] !== 0)
    while (column !== 0) {
      rowOf[column] = rowOf[before[column]]
      column = before[column]
    }
  }
  const result = new Int32Array(rows).fill(-1)
  for (let j = 1; j <= columns; j++) if (rowOf[j] > 0) result[rowOf[j] - 1] = j - 1
  return result
}
