import { z } from 'zod'

/** One class against the rest. Fractions; `areaUnderCurve` is null where the class has no images, or all of them. */
export const classMetricsSchema = z.object({ images: z.number().int(), precision: z.number(), recall: z.number(), f1: z.number(), areaUnderCurve: z.number().nullable() })
export type ClassMetrics = z.infer<typeof classMetricsSchema>

/** How good predictions are beyond accuracy; see `classificationMetrics` in packages/statistics for the definitions. */
export const classificationMetricsSchema = z.object({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  areaUnderCurve: z.number().nullable(),
  calibrationError: z.number(),
  topAccuracy: z.array(z.object({ k: z.number().int(), accuracy: z.number() })),
  /** By class index. */
  classes: z.array(classMetricsSchema),
})
export type ClassificationMetrics = z.infer<typeof classificationMetricsSchema>
