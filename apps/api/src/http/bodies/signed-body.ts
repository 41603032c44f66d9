import { isUtf8 } from 'node:buffer';
import { DomainError } from '#libs/kernel';
import { readYaml } from '#libs/yaml';

/**
 * The body of a delivery that is signed: bytes, whatever their type. What they say is read by `open`, which checks
 * the signature over the very bytes first; so nothing unsigned is ever parsed, and nothing is parsed that was not signed.
 */
export class SignedBody {
  readonly #bytes: Buffer;

  constructor(
    bytes: Buffer,
    private readonly type: 'json' | 'yaml' | 'form',
  ) {
    this.#bytes = bytes;
  }

  /**
   * @param check is the signature over these bytes right?
   * @returns the bytes, and what they say; `null` when the signature is wrong
   * @throws DomainError `delivery_malformed` for signed bytes that cannot be read
   */
  open(check: (bytes: Buffer) => boolean): { readonly raw: Buffer; readonly payload: unknown } | null {
    if (!check(this.#bytes)) return null;
    if (!isUtf8(this.#bytes)) throw malformed('it is not UTF-8');
    return { raw: this.#bytes, payload: this.#payload(this.#bytes.toString('utf8')) };
  }

  #payload(text: string): unknown {
    if (this.type === 'yaml') return readYaml(text);
    if (this.type === 'json') return readJson(text);
    // GitHub's form: https://docs.github.com/webhooks/using-webhooks/creating-webhooks
    const payload = new URLSearchParams(text).get('payload');
    if (payload === null) throw malformed('the form has no field "payload"');
    return readJson(payload);
  }
}

/** A delivery is larger than what is read of it: what cannot be kept is refused where it is taken out (`assertStorable`). */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    throw malformed(`it is not JSON (${(error as Error).message})`);
  }
}

const malformed = (because: string): DomainError =>
  new DomainError('malformed', 'delivery_malformed', `The delivery cannot be read: ${because}.`);
