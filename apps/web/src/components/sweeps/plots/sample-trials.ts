/** Items of a list, reordered so that each beginning is spread evenly over it: by their places' bits from the last to the first (van der Corput 1935). */
export function spreadEvenly(items: Uint32Array): Uint32Array {
  const bits = Math.max(1, 32 - Math.clz32(Math.max(1, items.length - 1)))
  const reversed = (place: number): number => {
    let result = 0
    for (let bit = 0; bit < bits; bit += 1) result = (result << 1) | ((place >> bit) & 1)
    return result
  }
  const spread = new Uint32Array(items.length)
  let next = 0
  for (let place = 0; place < 2 ** bits; place += 1) if (reversed(place) < items.length) spread[next++] = items[reversed(place)]!
  return spread
}

/** At most so many of the trials that are inside, from the best to the worst. A trial stays in the sample as others come and go, but for those at its edge. */
export function sampleOf({ spread }: { spread: Uint32Array }, inside: Uint8Array, most: number): Uint32Array {
  const sample = new Uint32Array(Math.min(most, spread.length))
  let count = 0
  for (let place = 0; place < spread.length && count < most; place += 1) if (inside[spread[place]!] === 1) sample[count++] = spread[place]!
  return sample.subarray(0, count)
}
