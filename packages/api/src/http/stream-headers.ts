/** Headers of a stored content: it never changes under its name, is never guessed at, and runs nothing. Kept by the browser alone, as it is not public. */
export function streamHeaders({ contentType, bytes, sha256 }: { contentType: string; bytes: number; sha256: string }): Headers {
  return new Headers({
    'content-type': contentType,
    'content-length': String(bytes),
    'cache-control': 'private, max-age=31536000, immutable',
    etag: `"${sha256}"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
  })
}
