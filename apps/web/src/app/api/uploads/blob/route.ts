import { postBlob } from '@graft/api/http/upload-blob'
import { route } from '../../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const POST = route(postBlob)
