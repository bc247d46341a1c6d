import { postBlobBatch } from '@graft/api/http/blob-batches'
import { route } from '../../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const POST = route(postBlobBatch)
