/** Says itself that a place does not answer now; it may later, as it is. */
export class PlaceAway extends Error {}

const STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const CODES =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_\w+|TimeoutError)$/;

/** Does a server say by this status that it cannot now? Pure. */
export const isAwayStatus = (status: number): boolean => STATUSES.has(status);

/** Did something go wrong on the way, by an error's code or name? What our policy of addresses or a certificate refuses did not. Pure. */
export const isAwayCode = (code: string): boolean => CODES.test(code);
