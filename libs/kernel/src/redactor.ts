/** Shorter ones would black out ordinary words. */
const SHORTEST = 4;
const BLACKED_OUT = '[redacted]';

/**
 * Blacks secrets out of texts that others read: as they are, and as JSON or a URL writes them. A second net: whoever writes a text does not put a secret into it, but what a peer or a library says is not ours.
 * @param secrets each of 4 characters or more; shorter ones stay
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  // The longest first: one may be a part of another.
  const all = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (all.length === 0) return (text) => text;
  return (text) => all.reduce((left, form) => left.replaceAll(form, BLACKED_OUT), text);
}
