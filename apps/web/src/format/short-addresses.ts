/** Web addresses in a sentence as their host alone: `https://example.org/a/long/file.h5` as `example.org`. For places without room. */
export function shortAddresses(text: string): string {
  return text.replaceAll(/https?:\/\/([^/\s]+)\S*?(?=[.,;:]?(?:\s|$))/g, '$1')
}
