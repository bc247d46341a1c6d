/** `learningRate` as `learning rate`. */
const words = (key: string) => (key === 'phases' ? 'phase' : key).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Ends that say nothing without what they are of. */
const vague = /^(\d+|name|kind|value)$/

/** Short names for paths into a recipe: as much of each one's end as tells it from the others. `phases.0.optimizer.learningRate` is `learning rate` where no other ends so. */
export function parameterLabels(names: readonly string[]): Map<string, string> {
  const parts = names.map((name) => name.split('.'))
  const endOf = (place: number, length: number) => parts[place]!.slice(-length).join('.')
  return new Map(
    names.map((name, place) => {
      let length = 1
      while (length < parts[place]!.length && (vague.test(parts[place]!.at(-length)!) || names.some((_, other) => other !== place && endOf(other, length) === endOf(place, length)))) length += 1
      return [name, parts[place]!.slice(-length).map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : words(part))).join(' ')]
    }),
  )
}
