const CREDENTIAL =
  /(?:^|-)(?:authorization|cookie|api-key|apikey|access-key|token|secret|password|credentials?|jwt)$/;

/**
 * Is this the name of a header, or of the last field of a path, whose value lets somebody in: `Authorization`, `X-Api-Key`, `$.user.accessToken`?
 * Such a value must not become the name of a segment, which is in evidence, reasons and events for good.
 */
export function holdsCredential(name: string): boolean {
  const [last = ''] = name.split('.').slice(-1);
  const words = last.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').replaceAll('_', '-');
  return CREDENTIAL.test(words.replaceAll(/[^A-Za-z0-9-]/g, '').toLowerCase());
}
