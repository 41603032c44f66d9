import { contentHeaders, type ContentHeaders, type HeaderList } from './content-headers.ts';
import { decodeEncodings } from './decode-encoding.ts';
import { decodeIfText, decodeText } from './decode-text.ts';
import type { NotRead } from './not-read.ts';
import { parseJson } from './read/parse-json.ts';
import { areSameBytes } from './same-bytes.ts';
import { isSequence, readEvents, readLines, textsOfEvents } from './read/sequences.ts';
import { readTensors } from './read/tensors.ts';
import { writeJson } from './write-json.ts';

/** What the bytes of a body are, by their headers. */
export type Content =
  /** JSON, JSON with binary tensors, or a sequence of JSON values as a list. `text`: as it was written, where it was text. */
  | { readonly kind: 'value'; readonly value: unknown; readonly text: string | null }
  | { readonly kind: 'text'; readonly text: string; readonly isPlain: boolean }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'none'; readonly why: NotRead };

/**
 * The body of a request or of an answer. What it says is read when it is first asked for, and once. This is the only
 * way from bytes of model servers and callers to text and values; no input makes it throw.
 */
export class Payload {
  private read: Content | null = null;

  /** @param source the bytes; text stands for bytes that are decoded already */
  constructor(
    private readonly source: Uint8Array | string,
    private readonly headers: HeaderList = [],
  ) {}

  get content(): Content {
    return (this.read ??= readContent(this.source, this.headers));
  }

  /** What paths are looked up in; `undefined`: there is none, `notRead` says why. Plain text is a string; an empty body says nothing. */
  get value(): unknown {
    const { content } = this;
    if (content.kind === 'value') return content.value;
    return content.kind === 'text' && content.isPlain && /\S/.test(content.text) ? content.text : undefined;
  }

  /**
   * The text of a body that its headers call text, though it may look like JSON (`42`, `[draft]`): plain text as it is, of
   * server-sent events what each of them says. `undefined`: it is not called text.
   */
  get plainText(): string | readonly string[] | undefined {
    const { content } = this;
    if (content.kind !== 'value' || content.text === null) return undefined;
    const { mediaType } = contentHeaders(this.headers);
    if (mediaType === 'text/event-stream') return textsOfEvents(content.text);
    return isPlainText(mediaType, content.text) ? content.text : undefined;
  }

  /** Why there is no JSON value, whatever is looked for in it; `null`: there is one. */
  get notRead(): NotRead | null {
    const { content } = this;
    if (content.kind === 'value') return null;
    return content.kind === 'none' ? content.why : 'no_json';
  }

  /** What the events or lines of a stream say, by its headers; `null`: it is none, or cannot be read. */
  get sequence(): readonly unknown[] | null {
    const { mediaType } = contentHeaders(this.headers);
    if (mediaType !== 'text/event-stream' && !LINES.has(mediaType)) return null;
    const { content } = this;
    if (content.kind === 'value') return isSequence(content.value) ? content.value : null;
    return content.kind === 'text' && content.text.trim() === '' ? [] : null;
  }

  /** Would the same be read of other bytes, by their headers? They are the same, and their headers say the same about them. */
  isOf(bytes: Uint8Array, headers: HeaderList): boolean {
    const { source } = this;
    if (typeof source === 'string' || !areSameBytes(source, bytes)) return false;
    return isSameSaid(contentHeaders(this.headers), contentHeaders(headers));
  }

  /** The same bytes, read anew: what is changed in its value changes nobody else's. */
  again(): Payload {
    return new Payload(this.source, this.headers);
  }

  /** What people see of it: its text, or in words what it is. @param most characters, roughly */
  shown(most: number): string {
    const { content } = this;
    switch (content.kind) {
      case 'value':
        return content.text ?? writeJson(content.value, most);
      case 'text':
        return content.text;
      case 'bytes':
        return `(${content.bytes.length} bytes)`;
      case 'none':
        return `(not read: ${content.why})`;
    }
  }
}

const isSameSaid = (a: ContentHeaders, b: ContentHeaders): boolean =>
  a.mediaType === b.mediaType &&
  a.charset === b.charset &&
  a.jsonBytes === b.jsonBytes &&
  a.encodings.join() === b.encodings.join();

const LINES = new Set([
  ...['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonl'],
  ...['application/jsonlines', 'application/x-jsonlines', 'application/json-lines', 'application/json-seq'],
  ...['application/stream+json', 'application/x-json-stream', 'text/x-ndjson'],
]);
/** Does a media type name JSON lines, or a sequence of JSON texts? */
export const isLines = (mediaType: string): boolean => LINES.has(mediaType);

const BINARY = /^(?:image|audio|video|font)\/|^application\/(?:octet-stream|zip|gzip|pdf|x-npy|x-protobuf)$/;
const SAYS_TEXT = /^text\/|[/+]json$/;

function readContent(source: Uint8Array | string, headers: HeaderList): Content {
  const said = contentHeaders(headers);
  if (typeof source === 'string') return readText(source, said);
  const { bytes, why } = decodeEncodings(source, said.encodings);
  if (why !== null) return { kind: 'none', why };
  if (said.jsonBytes !== null && said.jsonBytes > 0) {
    const tensors = readTensors(bytes, said.jsonBytes);
    return tensors.why === null
      ? { kind: 'value', value: tensors.value, text: null }
      : { kind: 'none', why: tensors.why };
  }
  return readBytes(bytes, said);
}

function readBytes(bytes: Uint8Array, said: ContentHeaders): Content {
  const { mediaType, charset } = said;
  const opensJson = isJsonStart(bytes);
  if (!opensJson && charset === null && BINARY.test(mediaType)) return { kind: 'bytes', bytes };
  if (charset !== null || opensJson || SAYS_TEXT.test(mediaType) || LINES.has(mediaType)) {
    const text = decodeText(bytes, charset);
    return text === null ? { kind: 'none', why: 'charset' } : readText(text, said);
  }
  const text = decodeIfText(bytes);
  return text === null ? { kind: 'bytes', bytes } : readText(text, said);
}

function readText(text: string, { mediaType }: ContentHeaders): Content {
  if (mediaType === 'text/event-stream') return valueOf(readEvents(text), text);
  if (LINES.has(mediaType)) {
    const lines = readLines(text);
    return lines.why === 'no_json' ? { kind: 'text', text, isPlain: false } : valueOf(lines, text);
  }
  if (MAY_BE_JSON.test(text)) {
    const parsed = parseJson(text);
    if (parsed.why !== 'no_json') return valueOf(parsed, text);
    // Many write lines without saying so.
    const lines = readLines(text);
    if (lines.why === null) return valueOf(lines, text);
  }
  return {
    kind: 'text',
    text,
    isPlain: isPlainText(mediaType, text),
  };
}

const valueOf = (parsed: ReturnType<typeof parseJson>, text: string): Content =>
  parsed.why === null ? { kind: 'value', value: parsed.value, text } : { kind: 'none', why: parsed.why };

const isPlainText = (mediaType: string, text: string): boolean =>
  mediaType === 'text/plain' || (mediaType === '' && !MARKUP.test(text));

/** Broken JSON and pages of HTML are no answer in plain text. */
const MARKUP = /^\s*[[{<]/;
/** How JSON, and Python's, begins. Text that begins otherwise is not parsed, and has no bounds but its bytes. */
// eslint-disable-next-line no-control-regex -- RFC 7464's record separator
const MAY_BE_JSON = /^[\s\u001e]*(?:[[{"\d-]|true|false|null|NaN|Infinity)/;

/** Bytes of a list or an object, behind blanks and a byte order mark of UTF-8. */
function isJsonStart(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < 64 && (bytes[at] === 32 || bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 9)) at++;
  return bytes[at] === 0x7b || bytes[at] === 0x5b;
}
