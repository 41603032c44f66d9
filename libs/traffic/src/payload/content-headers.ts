/** Names and values of header lines in turn, names in any case. */
export type HeaderList = readonly string[];

/** What the headers of a body say about its bytes. */
export interface ContentHeaders {
  /** Content-encodings in the order in which they were applied, without `identity`; in lower case. */
  readonly encodings: readonly string[];
  /** In lower case, without parameters; empty: none is named. */
  readonly mediaType: string;
  /** In lower case; `null`: none is named. */
  readonly charset: string | null;
  /** Open Inference's binary extension: bytes of the JSON in front of the tensors; `null`: it is not used. */
  readonly jsonBytes: number | null;
}

const NONE: readonly string[] = [];
const UNDESCRIBED: ContentHeaders = { encodings: NONE, mediaType: '', charset: null, jsonBytes: null };
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i;
const LENGTH = /^\d{1,15}$/;

/** Reads what headers say about a body. A field in several lines is one list (RFC 9110 §5.3). */
export function contentHeaders(headers: HeaderList): ContentHeaders {
  if (headers.length === 0) return UNDESCRIBED;
  let [encoding, type, length] = ['', '', ''];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const value = headers[i + 1] ?? '';
    // By length first: most names are none of these, and need not be in lower case.
    if (name.length === 12 && name.toLowerCase() === 'content-type') type ||= value;
    else if (name.length === 16 && name.toLowerCase() === 'content-encoding')
      encoding = encoding === '' ? value : `${encoding},${value}`;
    else if (name.length === 31 && name.toLowerCase() === 'inference-header-content-length') length = value;
  }
  const { mediaType, charset } = typeOf(type);
  return {
    encodings: encoding === '' ? NONE : encodingsOf(encoding),
    mediaType,
    charset,
    jsonBytes: length !== '' && LENGTH.test(length) ? Number(length) : null,
  };
}

type ContentType = Pick<ContentHeaders, 'mediaType' | 'charset'>;
/** A model server says the same in every answer. */
const types = new Map<string, ContentType>();
const MOST_KNOWN = 100;

function typeOf(value: string): ContentType {
  const known = types.get(value);
  if (known) return known;
  const charset = CHARSET.exec(value);
  const type = {
    mediaType: (/^[^;,]*/.exec(value)?.[0] ?? '').trim().toLowerCase(),
    charset: charset ? (charset[1] ?? charset[2] ?? '').trim().toLowerCase() || null : null,
  };
  if (types.size >= MOST_KNOWN) types.clear();
  types.set(value, type);
  return type;
}

const encodingsOf = (value: string): readonly string[] =>
  value
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '' && one !== 'identity');
