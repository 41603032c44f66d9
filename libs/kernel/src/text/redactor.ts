/** Shorter ones would black out ordinary words. */
const SHORTEST = 4;
const BLACKED_OUT = '[redacted]';
/** A part of a base64 text that is shorter says too little to be blacked out. */
const SHORTEST_PART = 8;

/**
 * Blacks secrets out of texts that others read: as they are, and as JSON, a URL, a form or base64 writes them, there also within a longer
 * text (`user:secret`). A second net: whoever writes a text does not put a secret into it, but what a peer or a library says is not ours.
 * @param secrets each of 4 characters or more; shorter ones stay
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const forms = [...secrets].filter((secret) => secret.length >= SHORTEST).flatMap(formsOf);
  // The longest first: one may be a part of another.
  const all = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (all.length === 0) return (text) => text;
  return (text) => all.reduce((left, form) => left.replaceAll(form, BLACKED_OUT), text);
}

function formsOf(secret: string): readonly string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const encoded = percentEncoded(secret);
  return [
    ...[secret, escaped, JSON.stringify(escaped).slice(1, -1)],
    ...[
      encoded,
      encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
      encoded.replaceAll('%20', '+'),
    ],
    ...[0, 1, 2].flatMap((before) => base64Of(secret, before)),
  ];
}

/** As a URL has it; a lone surrogate cannot be in one. */
const percentEncoded = (secret: string): string =>
  encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(secret)));

/** What base64 makes of it behind so many other bytes, as far as its neighbours do not change it; both alphabets. */
function base64Of(secret: string, before: number): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const text = btoa(`${'\0'.repeat(before)}${String.fromCharCode(...bytes)}`);
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + bytes.length) * 8) / 6);
  const part = text.slice(first, last);
  return part.length < SHORTEST_PART ? [] : [part, part.replaceAll('+', '-').replaceAll('/', '_')];
}
