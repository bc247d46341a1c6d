import { importIssueKinds, type ImportIssueKind } from '@graft/contracts/dataset'

const names: Record<ImportIssueKind, string> = {
  corrupt: 'Corrupt',
  truncated: 'Truncated',
  empty: 'Empty file',
  'not-an-image': 'Not an image',
  'too-large': 'Too large',
  unplaced: 'Outside class folders',
  'duplicate-across-classes': 'Duplicate across classes',
  'duplicate-across-splits': 'Duplicate across splits',
  duplicate: 'Duplicate',
  'near-duplicate': 'Near-duplicate',
  'small-class': 'Small class',
}

/** How a kind of issue is called, and whether its images were left out (`error`) or kept (`warning`). */
export function issueLook(kind: string): { name: string; severity: 'error' | 'warning' } {
  return Object.hasOwn(importIssueKinds, kind) ? { name: names[kind as ImportIssueKind], severity: importIssueKinds[kind as ImportIssueKind] } : { name: kind, severity: 'warning' }
}
