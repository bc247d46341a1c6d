import { putImportBatch } from '@graft/api/http/upload-import'
import { route } from '../../../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const PUT = route(putImportBatch)
