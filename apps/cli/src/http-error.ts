import { errorCodes, fromErrorReport, GraftError, type ErrorReport } from '@graft/contracts/errors'

/** An HTTP answer that is no success, as the error that the server meant. */
export async function readHttpError(response: Response, server: string): Promise<GraftError> {
  const text = await response.text().catch(() => '')
  try {
    const body = JSON.parse(text) as { error?: Partial<ErrorReport> }
    const report = body.error
    if (report && typeof report.message === 'string' && errorCodes.some((code) => code === report.code)) return fromErrorReport(report as ErrorReport)
  } catch {
    // Not JSON: a proxy's page, or no Graft server.
  }
  return new GraftError(response.status >= 500 ? 'unavailable' : 'internal', `${server} answered ${response.status} ${response.statusText}`.trim() + '.', { hint: 'Is this the address of a Graft server?' })
}
