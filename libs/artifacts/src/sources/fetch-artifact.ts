import { Readable } from 'node:stream';
import zlib from 'node:zlib';

const FETCH_MS = 10 * 60_000;
/** What `fetch` decodes by itself. */
const DECODED = ['gzip', 'x-gzip', 'deflate', 'br', ...('createZstdDecompress' in zlib ? ['zstd'] : [])];

export interface FetchedArtifact {
  readonly source: Readable;
  /** Bytes, where the server says so and sends them as they are stored; `null`: known at the end only. */
  readonly length: number | null;
  /** How it came, for whoever looks for why its digest is another one; empty: as it is stored. */
  readonly manner: string;
}

/**
 * Asks for an artifact as it is stored. A server that encodes it all the same is decoded: its digest is that of the
 * file, not of how it was sent.
 * @throws Error that says what is wrong with the answer: a status, a redirect, an encoding; so does `source`
 */
export async function fetchArtifact(
  ask: typeof fetch,
  url: URL,
  headers: Readonly<Record<string, string>> = {},
): Promise<FetchedArtifact> {
  const response = await ask(url, {
    signal: AbortSignal.timeout(FETCH_MS),
    // Where an address leads is for its owner to say, and to be registered.
    redirect: 'manual',
    headers: { ...headers, 'accept-encoding': 'identity' },
  });
  const refuse = async (because: string): Promise<never> => {
    await response.body?.cancel();
    throw new Error(because);
  };
  if (response.status >= 300 && response.status < 400)
    return refuse(`it redirects (${response.status}) to ${placeOf(response, url)}; register that address`);
  if (!response.ok || !response.body) return refuse(`it answers ${response.status}`);
  if (response.status === 206) return refuse('it answers 206, a part of it, and was asked for all of it');
  const encodings = (response.headers.get('content-encoding') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const unknown = encodings.find((name) => !DECODED.includes(name));
  if (unknown !== undefined)
    return refuse(`it comes with content-encoding ${unknown}, which is not read here; serve it as it is`);
  const encoding = encodings.join(', ');
  const told = response.headers.get('content-length');
  const length = encoding === '' && told !== null ? Number(told) : null;
  return {
    source: Readable.from(readAll(response.body, { encoding, length })),
    length,
    manner: mannerOf(encoding, told),
  };
}

/** Without its query, which may be a password. */
function placeOf(response: Response, from: URL): string {
  const location = response.headers.get('location') ?? '';
  if (location === '' || !URL.canParse(location, from.href)) return 'no address that can be read';
  const { origin, pathname } = new URL(location, from.href);
  return origin === 'null' ? 'another kind of address' : origin + pathname;
}

function mannerOf(encoding: string, length: string | null): string {
  if (encoding !== '')
    return `It came with content-encoding ${encoding} and was decoded: if the file is itself compressed, have the server send it without.`;
  return length === null ? 'Its server did not say how long it is: it may have been cut off.' : '';
}

/** Says itself what is wrong with a body; its cause is how that was noticed. */
export class BrokenBody extends Error {}

interface Told {
  readonly encoding: string;
  readonly length: number | null;
}

async function* readAll(body: ReadableStream<Uint8Array>, told: Told): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw new BrokenBody(whyBroken(error, size, told), { cause: error });
  }
  if (told.length !== null && size !== told.length) throw new BrokenBody(cutOff(size, told.length));
}

function whyBroken(error: unknown, size: number, { encoding, length }: Told): string {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError')
    return `its ${size} bytes so far took longer than ${FETCH_MS / 60_000} minutes`;
  const { code = '', message = '' } = (cause ?? error) as NodeJS.ErrnoException;
  // zlib's and brotli's own codes; those of connections begin otherwise.
  if (encoding !== '' && /^(Z_|ERR_(_ERROR|BROTLI|ZLIB)|ERR__)/.test(code))
    return `it says content-encoding ${encoding}, and its body is not that, or is cut off (${message})`;
  return `${cutOff(size, length)} (${message})`;
}

const cutOff = (size: number, length: number | null): string =>
  length === null
    ? `its body is cut off after ${size} bytes`
    : `its body is cut off after ${size} of ${length} bytes`;
