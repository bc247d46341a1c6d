export interface ValueAndGradient { value: number; gradient: Float64Array }

export interface Minimum { point: Float64Array; value: number }

const memory = 8
const halvings = 20
/** Relative to the value. */
const leastGain = 1e-9

/**
 * A local minimum within bounds: limited-memory BFGS on the coordinates that are free to move, steps cut off at the bounds and halved until
 * they descend (Nocedal and Wright, "Numerical Optimization", chapters 7 and 16; Armijo's condition).
 *
 * @param evaluate value and gradient; a value that is not finite counts as too high.
 * @param tolerance ends when no free coordinate's slope exceeds it, or a step gains next to nothing.
 */
export function minimize(evaluate: (point: Float64Array) => ValueAndGradient, start: Float64Array, bounds: { low: number; high: number }, iterations: number, tolerance: number): Minimum {
  const { low, high } = bounds
  let point: Float64Array = start.map((value) => Math.min(high, Math.max(low, value)))
  let current = evaluate(point)
  const pairs: { step: Float64Array; change: Float64Array; scale: number }[] = []
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const isFree = point.map((value, index) => ((value <= low && current.gradient[index]! > 0) || (value >= high && current.gradient[index]! < 0) ? 0 : 1))
    const steepest = current.gradient.map((slope, index) => slope * isFree[index]!)
    if (steepest.every((slope) => Math.abs(slope) <= tolerance)) break
    let direction = descent(steepest, pairs).map((value, index) => value * isFree[index]!)
    if (!(dot(direction, steepest) < 0)) direction = steepest.map((slope) => -slope)
    // The first step has no scale to go by: at most a tenth of the range or of 1.
    let length = pairs.length > 0 ? 1 : Math.min(1, Math.min(1, high - low) / 10 / Math.max(...direction.map(Math.abs)))
    let next: { point: Float64Array; result: ValueAndGradient } | null = null
    for (let halving = 0; halving < halvings && next === null; halving += 1, length /= 2) {
      const moved = point.map((value, index) => Math.min(high, Math.max(low, value + length * direction[index]!)))
      const result = evaluate(moved)
      const expected = moved.reduce((sum, value, index) => sum + steepest[index]! * (value - point[index]!), 0)
      if (Number.isFinite(result.value) && result.value <= current.value + 1e-4 * expected) next = { point: moved, result }
    }
    if (next === null) break
    const { point: moved, result } = next
    const step = moved.map((value, index) => value - point[index]!)
    const change = result.gradient.map((slope, index) => slope - current.gradient[index]!)
    const curvature = dot(step, change)
    if (curvature > 1e-10 * Math.sqrt(dot(step, step) * dot(change, change))) {
      pairs.push({ step, change, scale: 1 / curvature })
      if (pairs.length > memory) pairs.shift()
    }
    const gain = current.value - result.value
    point = moved
    current = result
    if (gain <= leastGain * Math.max(1, Math.abs(current.value))) break
  }
  return { point, value: current.value }
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descent(gradient: Float64Array, pairs: readonly { step: Float64Array; change: Float64Array; scale: number }[]): Float64Array {
  const direction = gradient.map((slope) => -slope)
  const factors: number[] = []
  for (const { step, change, scale } of pairs.toReversed()) {
    const factor = scale * dot(step, direction)
    factors.push(factor)
    change.forEach((value, index) => (direction[index]! -= factor * value))
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = 1 / (last.scale * dot(last.change, last.change))
    direction.forEach((value, index) => (direction[index] = value * scale))
  }
  pairs.forEach(({ step, change, scale }, index) => {
    const factor = factors[pairs.length - 1 - index]! - scale * dot(change, direction)
    step.forEach((value, coordinate) => (direction[coordinate]! += factor * value))
  })
  return direction
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!
  return sum
}
