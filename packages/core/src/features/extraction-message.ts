import type { ExtractionProgress } from './extract.ts'

/** An extraction's progress in words: `1,536 of 5,000 images, view 2 of 4, 512 of them by other workers`. `what` names the images further. */
export function extractionMessage({ done, total, elsewhere, cacheProblem }: ExtractionProgress, what = ''): string {
  const count = (images: number): string => images.toLocaleString('en-US')
  return `${count(done)} of ${count(total)} images${what}${elsewhere === 0 ? '' : `, ${count(elsewhere)} of them by other workers`}${cacheProblem === null ? '' : `. ${cacheProblem}`}`
}
