/** Parts of an array, one after another. */
export function partsOf<Numbers extends Float64Array | Int32Array>(
  whole: Numbers,
): (length: number) => Numbers {
  let end = 0
  return (length) => {
    end += length
    return whole.subarray(end - length, end) as Numbers
  }
}
