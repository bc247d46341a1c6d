/** The mark: a scion with a leaf set on a rootstock with a slanted cut. */
export function GraftMark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden>
      <path d="M9.6 22v-6.2l4.2-2.6V22" className="fill-line-strong" />
      <path d="M9.6 14.1V8.6h4.2v2.9z" className="fill-accent" />
      <path d="M13.4 9.2C12.6 4.6 15.6 1.8 21.6 2c.3 5.400-2.400 8.400-8.200 7.200z" className="fill-accent" />
      <path d="M9.900 10.800C9.700 7.500 7.300 5.900 3 6.500c.2 3.800 2.700 5.600 6.900 4.300z" className="fill-accent opacity-60" />
    </svg>
  )
}
