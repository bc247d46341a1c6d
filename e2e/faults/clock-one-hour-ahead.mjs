// Preloaded into a process whose wall clock is to be wrong by an hour.
const hour = 3_600_000
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + hour)
    else super(...values)
  }
  static now() {
    return RealDate.now() + hour
  }
}
