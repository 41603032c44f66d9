/**
 * Why a body, or what an output spec asks of it, is not read: a short code, as it is counted (`not_read`). The codes
 * are few, whatever a peer writes into its headers.
 */
export type NotRead =
  /** Text, or bytes, where JSON is asked for. */
  | 'no_json'
  | 'too_deep'
  /** It takes more memory than is spent on one body, as it is or once it is decoded. */
  | 'too_large'
  /** Its compressed form, or its tensors, end before their end. */
  | 'truncated'
  /** Its bytes are not in the content-encoding that its header names. */
  | 'corrupt'
  /** The charset is unknown, or the bytes are not in it. */
  | 'charset'
  /** Binary tensors that do not fit their description. */
  | 'tensors'
  /** A content-encoding that is not decoded here. */
  | `encoding:${string}`
  /** It is read, but nothing is at the output spec's path. */
  | 'no_value_at_path'
  /** Something is there, but not what the output spec's kind asks for. */
  | 'wrong_kind'
  /** Both arms are read, but one has a label, say, and the other a score. */
  | 'other_kind';

const WORDS: Readonly<Record<Exclude<NotRead, `encoding:${string}`>, string>> = {
  no_json: 'not JSON',
  too_deep: 'nested deeper than 64 levels',
  too_large: 'more values than are read at once',
  truncated: 'it ends before its end',
  corrupt: 'not in the content-encoding that its header names',
  charset: 'not in a charset that is known',
  tensors: 'binary tensors that do not fit their description',
  no_value_at_path: "nothing is at the output spec's path",
  wrong_kind: "not what the output spec's kind asks for",
  other_kind: 'of another kind than what it is compared with',
};

/** A reason in words. */
export function notReadWords(why: NotRead): string {
  const words = (WORDS as Readonly<Record<string, string | undefined>>)[why];
  return words ?? `content-encoding ${why.slice('encoding:'.length)} is not read`;
}
