/** Enters the feature cache's keys. Raise it when decoding, resizing or the compiled forward changes its numbers, so that old features are not reused. */
export const engineVersion = 1
