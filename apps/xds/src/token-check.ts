import { createHash, timingSafeEqual } from 'node:crypto';

const ASK_MS = 3_000;
/** A token that was revoked is found out after so long. */
const KNOWN_MS = 60_000;

/** May this token be told routes? `unknown`: the api, which would know, does not answer. */
export type TokenVerdict = 'yes' | 'no' | 'unknown';

/**
 * Who may ask for routes here: whoever may ask the api for them, by a token with the scope `gateway`. This process's own token is one of these; any
 * other is shown to the api. While the api is away, those that it has let in before are let in.
 */
export class TokenCheck {
  /** By the digest of a token; milliseconds of a clock that only goes forward. */
  private readonly known = new Map<string, number>();

  constructor(
    private readonly to: { readonly apiUrl: string; readonly token: string },
    private readonly now: () => number = () => performance.now(),
  ) {}

  async check(token: string): Promise<TokenVerdict> {
    if (timingSafeEqual(digestOf(token), digestOf(this.to.token))) return 'yes';
    const name = digestOf(token).toString('hex');
    const seen = this.known.get(name);
    if (seen !== undefined && this.now() - seen < KNOWN_MS) return 'yes';
    const status = await this.ask(token);
    if (status === null) return seen === undefined ? 'unknown' : 'yes';
    if (status !== 200) {
      this.known.delete(name);
      return 'no';
    }
    this.known.set(name, this.now());
    return 'yes';
  }

  /** @returns what the api answers to who asks it for routes; `null`: it does not, or not to anybody */
  private async ask(token: string): Promise<number | null> {
    const enough = new AbortController();
    try {
      const { status } = await fetch(`${this.to.apiUrl}/api/v1/gateway/routes`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.any([enough.signal, AbortSignal.timeout(ASK_MS)]),
      });
      return [200, 401, 403].includes(status) ? status : null;
    } catch {
      return null;
    } finally {
      enough.abort();
    }
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
