/** Lower and upper end. */
export type Interval = [number, number]
