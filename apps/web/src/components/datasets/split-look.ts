import type { Split } from '@graft/contracts/dataset'

/** The parts of a dataset, in order, with their colour. */
export const splitLooks: readonly { split: Split; name: string; bar: string }[] = [
  { split: 'train', name: 'Train', bar: 'bg-part-2' },
  { split: 'validation', name: 'Validation', bar: 'bg-part-4' },
  { split: 'test', name: 'Test', bar: 'bg-part-3' },
]
