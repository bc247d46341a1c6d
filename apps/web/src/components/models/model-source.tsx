/** Where weights come from: a link where it is an address, else its words. */
export function ModelSource({ source }: { source: string }) {
  if (!source.startsWith('https://')) return <p className="wrap-anywhere">{source}</p>
  return (
    <a href={source} rel="noreferrer" target="_blank" className="block truncate underline decoration-line-strong underline-offset-2 hover:text-ink" title={source}>
      {new URL(source).host}
    </a>
  )
}
