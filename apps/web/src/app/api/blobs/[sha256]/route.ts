import { getBlob, putBlob } from '@graft/api/http/blobs'
import { route } from '../../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const GET = route(getBlob)
export const HEAD = route(getBlob)
export const PUT = route(putBlob)
